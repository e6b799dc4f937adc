import type { Fault } from '@sluice/contracts/fault';
import { Plus, Trash2 } from 'lucide-react';
import { Button, IconButton } from '../../ui/button';
import { FaultLines, FieldGroup, TextField } from '../../ui/field';
import fieldCss from '../../ui/field.module.css';
import { fieldTypes, typeNames } from '../../ui/names';
import { Select } from '../../ui/select';
import css from './api-form.module.css';
import type { ParameterDraft } from './draft';
import { faultsUnder } from './faults-under';

const types = fieldTypes.filter((type) => type !== 'json');

/** Named parameters that feed the row filter. */
export function ParametersEditor({
  parameters,
  onChange,
  faults,
}: {
  parameters: readonly ParameterDraft[];
  onChange: (parameters: readonly ParameterDraft[]) => void;
  faults: readonly Fault[];
}) {
  const change = (key: number, part: Partial<ParameterDraft>) =>
    onChange(parameters.map((each) => (each.key === key ? { ...each, ...part } : each)));
  const nextKey = Math.max(-1, ...parameters.map(({ key }) => key)) + 1;
  return (
    <FieldGroup
      legend="Parameters"
      hint={
        <>
          A parameter takes the place of <code>{'{"$param": "name"}'}</code> in the row filter. Without a default it has
          to be given.
        </>
      }
    >
      {parameters.map(({ key, name, type, description, default: value }, index) => (
        <div key={key} className={css.parameter}>
          <TextField
            label="Name"
            value={name}
            onChange={(text) => change(key, { name: text })}
            faults={faultsUnder(faults, `/parameters/${index}/name`)}
            mono
          />
          <Select
            label="Type"
            choices={types.map((id) => ({ id, label: typeNames[id] }))}
            value={type}
            onChange={(id) => change(key, { type: types.find((each) => each === id) ?? type })}
          />
          <TextField
            label="Default"
            placeholder="none: has to be given"
            value={value}
            onChange={(text) => change(key, { default: text })}
            faults={faultsUnder(faults, `/parameters/${index}/default`)}
          />
          <TextField label="Description" value={description} onChange={(text) => change(key, { description: text })} />
          <IconButton
            label={`Remove parameter ${name}`}
            onPress={() => onChange(parameters.filter((each) => each.key !== key))}
          >
            <Trash2 aria-hidden="true" />
          </IconButton>
          {faultsAtWhole(faults, index).length > 0 && (
            <span className={fieldCss.error}>
              <FaultLines faults={faultsAtWhole(faults, index)} />
            </span>
          )}
        </div>
      ))}
      <div>
        <Button
          onPress={() =>
            onChange([...parameters, { key: nextKey, name: '', type: 'text', description: '', default: '' }])
          }
        >
          <Plus aria-hidden="true" />
          Add parameter
        </Button>
      </div>
    </FieldGroup>
  );
}

function faultsAtWhole(faults: readonly Fault[], index: number): readonly Fault[] {
  return faults.filter(({ pointer }) => pointer === `/parameters/${index}`);
}
