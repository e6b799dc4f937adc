import type { AgentRules } from '@sluice/contracts/agent-rules';
import type { Method } from '@sluice/contracts/registry/apis';
import { Switch } from '../../ui/switch';
import css from './api-form.module.css';

interface AgentSwitchesProps {
  method: Method;
  rules: AgentRules;
  onChange: (rules: AgentRules) => void;
}

/** Edits what agents get of the API besides the tools that are there for all. */
export function AgentSwitches({ method, rules, onChange }: AgentSwitchesProps) {
  return (
    <div className={css.switches}>
      {method === 'POST' && (
        <Switch
          label="Agents may send rows"
          isSelected={rules.send}
          onChange={(send) => onChange({ ...rules, send })}
        />
      )}
      <Switch
        label="Agents get a tool for it alone"
        isSelected={rules.tool}
        onChange={(tool) => onChange({ ...rules, tool })}
      />
    </div>
  );
}
