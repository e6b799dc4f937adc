import type { Fault } from '@sluice/contracts/fault';
import type { LinkRules } from '@sluice/contracts/link-rules';
import { Select } from '../../ui/select';
import { DAY_SECONDS, lifeChoice, livesUpTo } from '../links/lives';
import css from './api-form.module.css';
import { faultsUnder } from './faults-under';

const NONE = { id: 'none', label: 'Not allowed' };

interface LinkRulesProps {
  rules: LinkRules;
  onChange: (rules: LinkRules) => void;
  faults: readonly Fault[];
  isDisabled: boolean;
}

/** Edits how long links to the API's rows live, and whether any gives the latest rows. */
export function LinkRulesEditor({ rules, onChange, faults, isDisabled }: LinkRulesProps) {
  const { maxSeconds, latestDays } = rules;
  const latestSeconds = (latestDays ?? 90) * DAY_SECONDS;
  const latest = withLife(livesUpTo(90 * DAY_SECONDS), latestSeconds).filter(({ id }) => Number(id) >= DAY_SECONDS);
  return (
    <div className={css.columns}>
      <Select
        label="Links live at most"
        hint="Links to the rows of one moment, for programs that send no token."
        choices={withLife(livesUpTo(DAY_SECONDS), maxSeconds)}
        value={String(maxSeconds)}
        onChange={(id) => onChange({ ...rules, maxSeconds: Number(id) })}
        faults={faultsUnder(faults, '/links/maxSeconds')}
        isDisabled={isDisabled}
      />
      <Select
        label="Links to the latest rows"
        hint="For sheets, which fetch an address again and again. Not allowed ends those that are there."
        choices={[NONE, ...latest]}
        value={latestDays === null ? NONE.id : String(latestSeconds)}
        onChange={(id) => onChange({ ...rules, latestDays: id === NONE.id ? null : Number(id) / DAY_SECONDS })}
        faults={faultsUnder(faults, '/links/latestDays')}
        isDisabled={isDisabled}
      />
    </div>
  );
}

/** The choices, and what is set now where that is another one. */
function withLife(choices: ReturnType<typeof livesUpTo>, seconds: number) {
  const now = lifeChoice(seconds);
  return choices.some(({ id }) => id === now.id) ? choices : [...choices, now];
}
