import type { Field, FieldType } from '@sluice/contracts/fields';
import type { FilterOperator } from '@sluice/contracts/filter';
import { operatorMeanings, takesMany, valueType } from '@sluice/query/values/operators';
import { operatorNames } from '../../ui/names';
import css from './api-docs.module.css';
import type { Condition } from './query-form';

interface LineProps {
  field: Field;
  operators: readonly FilterOperator[];
  condition: Condition;
  onChange: (condition: Condition) => void;
}

/** One field: how it is compared, and with what. */
export function FilterLine({ field, operators, condition: { op, value }, onChange }: LineProps) {
  const { name } = field;
  return (
    <div className={css.filter}>
      <span className={css.fieldName}>
        <code>{name}</code>
        <span>{field.type}</span>
      </span>
      <select
        className={css.operator}
        aria-label={`How ${name} is compared`}
        title={operatorMeanings[op]}
        value={op}
        onChange={({ target }) => onChange({ op: operators.find((each) => each === target.value) ?? op, value })}
      >
        {operators.map((each) => (
          <option key={each} value={each}>
            {operatorNames[each]} ({each})
          </option>
        ))}
      </select>
      <ValueInput
        label={`Value of ${name}`}
        type={valueType(field.type, op)}
        many={takesMany(op)}
        value={value}
        onChange={(next) => onChange({ op, value: next })}
      />
    </div>
  );
}

function ValueInput({
  label,
  type,
  many,
  value,
  onChange,
}: {
  label: string;
  type: FieldType;
  many: boolean;
  value: string;
  onChange: (value: string) => void;
}) {
  if (many) {
    return (
      <textarea
        className={css.value}
        aria-label={label}
        rows={2}
        placeholder="one value per line"
        value={value}
        onChange={({ target }) => onChange(target.value)}
      />
    );
  }
  if (type === 'boolean') {
    return (
      <select className={css.value} aria-label={label} value={value} onChange={({ target }) => onChange(target.value)}>
        <option value="">any</option>
        <option value="true">true</option>
        <option value="false">false</option>
      </select>
    );
  }
  const isNumber = type === 'integer' || type === 'number' || type === 'decimal';
  return (
    <input
      className={css.value}
      aria-label={label}
      type={type === 'date' ? 'date' : 'text'}
      inputMode={isNumber ? 'decimal' : undefined}
      placeholder={placeholders[type]}
      autoComplete="off"
      value={value}
      onChange={({ target }) => onChange(target.value)}
    />
  );
}

const placeholders: Partial<Record<FieldType, string>> = {
  datetime: '2026-01-31T13:45:00Z',
  time: '13:45:00',
};
