import type { Fault } from '@sluice/contracts/fault';
import type { FieldType } from '@sluice/contracts/fields';
import { TextField } from '../../ui/field';
import { Select } from '../../ui/select';
import css from './filters.module.css';

interface ValueFieldsProps {
  type: FieldType;
  /** One value a line. */
  isMany: boolean;
  /** Two values, the smaller one first. */
  isRange: boolean;
  values: readonly string[];
  onValues: (values: readonly string[]) => void;
  /** Of each value. */
  faults: readonly (readonly Fault[])[];
}

/** Takes the values of a condition as their type is written. */
export function ValueFields({ type, isMany, isRange, values, onValues, faults }: ValueFieldsProps) {
  if (isMany) {
    return (
      <TextField
        label="Values"
        hint="One a line"
        rows={4}
        value={values.join('\n')}
        onChange={(text) => onValues(text === '' ? [] : text.split('\n'))}
        faults={faults.flat().slice(0, 1)}
        mono
      />
    );
  }
  if (type === 'boolean') {
    return (
      <Select
        label="Value"
        choices={[
          { id: 'true', label: 'true' },
          { id: 'false', label: 'false' },
        ]}
        value={values[0] ?? ''}
        onChange={(value) => onValues([value])}
        faults={faults[0]}
      />
    );
  }
  const [first = '', second = ''] = values;
  const more = { type, placeholder: placeholders[type] };
  if (!isRange)
    return <One {...more} label="Value" value={first} onChange={(value) => onValues([value])} faults={faults[0]} />;
  return (
    <div className={css.range}>
      <One {...more} label="From" value={first} onChange={(value) => onValues([value, second])} faults={faults[0]} />
      <One {...more} label="To" value={second} onChange={(value) => onValues([first, value])} faults={faults[1]} />
    </div>
  );
}

function One({
  type,
  ...field
}: {
  type: FieldType;
  label: string;
  placeholder?: string;
  value: string;
  onChange: (value: string) => void;
  faults?: readonly Fault[];
}) {
  const isNumber = type === 'integer' || type === 'number' || type === 'decimal';
  return (
    <TextField
      {...field}
      type={type === 'date' ? 'date' : 'text'}
      inputMode={isNumber ? 'decimal' : undefined}
      autoComplete="off"
      spellCheck="false"
      mono={type !== 'text'}
    />
  );
}

const placeholders: Partial<Record<FieldType, string>> = {
  datetime: '2026-01-31T13:45:00Z',
  time: '13:45:00',
};
