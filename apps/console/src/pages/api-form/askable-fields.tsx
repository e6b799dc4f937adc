import type { Fault } from '@sluice/contracts/fault';
import type { Field } from '@sluice/contracts/fields';
import type { FilterOperator } from '@sluice/contracts/filter';
import { operatorMeanings, operatorsOf } from '@sluice/query/values/operators';
import { Checkbox } from 'react-aria-components/Checkbox';
import { FaultLines, FieldGroup } from '../../ui/field';
import fieldCss from '../../ui/field.module.css';
import { operatorNames } from '../../ui/names';
import { Switch } from '../../ui/switch';
import css from './api-form.module.css';
import type { Draft } from './draft';
import { faultsUnder } from './faults-under';

type Asked = Pick<Draft, 'filterable' | 'sortable' | 'operators'>;

/** By which of the visible fields consumers may filter and sort, and with which operators. */
export function AskableFields({
  fields,
  draft: { filterable, sortable, operators },
  change,
  faults,
}: {
  /** The fields that consumers see. */
  fields: readonly Field[];
  draft: Draft;
  change: (part: Partial<Asked>) => void;
  faults: readonly Fault[];
}) {
  const names = fields.map(({ name }) => name);
  const sortableNames = fields.filter(({ type }) => type !== 'json').map(({ name }) => name);
  const isOpen = filterable === null && sortable === null && operators === null;
  const told = [
    ...faultsUnder(faults, '/filterable'),
    ...faultsUnder(faults, '/sortable'),
    ...faultsUnder(faults, '/operators'),
  ];
  const filters = filterable ?? names;
  const sorts = sortable ?? sortableNames;
  const toggle = (list: readonly string[], name: string, on: boolean) =>
    on ? [...list, name] : list.filter((each) => each !== name);
  const restrict = ({ name, type }: Field, op: FilterOperator, on: boolean) => {
    const all = operatorsOf[type];
    const left = all.filter((each) => (each === op ? on : (operators?.[name]?.includes(each) ?? true)));
    const { [name]: _, ...others } = operators ?? {};
    change({ operators: left.length === all.length ? others : { ...others, [name]: left } });
  };
  return (
    <FieldGroup legend="What can be asked" hint="By what consumers may filter and sort the fields that they see.">
      <Switch
        label="Every field can be filtered and sorted by"
        isSelected={isOpen}
        isDisabled={fields.length === 0}
        onChange={(open) =>
          change(
            open
              ? { filterable: null, sortable: null, operators: null }
              : { filterable: names, sortable: sortableNames, operators: {} },
          )
        }
      />
      {!isOpen && (
        <ul className={css.rules}>
          {fields.map((field) => (
            <li key={field.name} className={css.asked}>
              <code>{field.name}</code>
              <span className={css.checks}>
                <Check
                  label={`Filter by ${field.name}`}
                  word="filter"
                  on={filters.includes(field.name)}
                  onChange={(on) => change({ filterable: toggle(filters, field.name, on) })}
                />
                {field.type !== 'json' && (
                  <Check
                    label={`Sort by ${field.name}`}
                    word="sort"
                    on={sorts.includes(field.name)}
                    onChange={(on) => change({ sortable: toggle(sorts, field.name, on) })}
                  />
                )}
              </span>
              {filters.includes(field.name) && (
                <details className={css.operators}>
                  <summary>
                    {operators?.[field.name]
                      ? operators[field.name]?.map((op) => operatorNames[op]).join('; ') || 'no operator'
                      : 'every operator'}
                  </summary>
                  <span className={css.checks}>
                    {operatorsOf[field.type].map((op) => (
                      <Check
                        key={op}
                        label={`${field.name} ${operatorMeanings[op]}`}
                        word={`${operatorNames[op]} (${op})`}
                        on={operators?.[field.name]?.includes(op) ?? true}
                        onChange={(on) => restrict(field, op, on)}
                      />
                    ))}
                  </span>
                </details>
              )}
            </li>
          ))}
        </ul>
      )}
      {told.length > 0 && (
        <span className={fieldCss.error}>
          <FaultLines faults={told} />
        </span>
      )}
    </FieldGroup>
  );
}

function Check({
  label,
  word,
  on,
  onChange,
}: {
  label: string;
  word: string;
  on: boolean;
  onChange: (on: boolean) => void;
}) {
  return (
    <Checkbox className={css.check} aria-label={label} isSelected={on} onChange={onChange}>
      <span className={css.box} aria-hidden="true" />
      {word}
    </Checkbox>
  );
}
