import type { Fault } from '@sluice/contracts/fault';
import { takesMany, valueType } from '@sluice/query/values/operators';
import { parseValue } from '@sluice/query/values/value';
import { useId, useState } from 'react';
import { Button } from '../../ui/button';
import { Dialog } from '../../ui/dialog';
import { Form } from '../../ui/form';
import { operatorNames, typeNames } from '../../ui/names';
import { type Choice, Select } from '../../ui/select';
import { type Chip, type ChipOperator, chipOperators, type FilteredField, operandOf } from './chips';
import css from './filters.module.css';
import { ValueFields } from './value-fields';

/** What is chosen: `filled` is the operator `null` asked the other way round. */
type Chosen = ChipOperator | 'filled';

const NO_PARAMETER = '';

/** Asks for one condition: its field, how it is compared, and with what. A value that is none of the field's type is told before it is taken. */
export function FilterDialog({
  fields,
  start,
  field: first,
  parameters = [],
  onChip,
  onClose,
}: {
  fields: readonly FilteredField[];
  start: Chip | null;
  /** The field of a new one. */
  field?: string;
  /** Of the API, each of which may stand for the value. */
  parameters?: readonly string[];
  onChip: (chip: Chip) => void;
  onClose: () => void;
}) {
  const form = useId();
  const [field, setField] = useState(start?.field ?? first ?? fields[0]?.name ?? '');
  const [chosen, setChosen] = useState<Chosen>(start ? chosenOf(start) : 'eq');
  const [values, setValues] = useState<readonly string[]>(start?.values ?? []);
  const [parameter, setParameter] = useState(start?.parameter ?? NO_PARAMETER);
  const [faults, setFaults] = useState<readonly (readonly Fault[])[]>([]);
  const operand = operandOf(fields, field) ?? 'text';
  const offered = choicesOf(chipOperators(operand));
  const picked = offered.find(({ id }) => id === chosen)?.id ?? offered[0]?.id ?? 'eq';
  const op: ChipOperator = picked === 'filled' ? 'null' : picked;
  const type = valueType(operand, op === 'between' ? 'gte' : op);
  const many = op !== 'between' && takesMany(op);
  const isAsked = op !== 'null' && parameter === NO_PARAMETER;
  const submit = () => {
    if (op === 'null') return onChip({ field, op, values: [picked === 'filled' ? 'false' : 'true'] });
    if (!isAsked) return onChip({ field, op, values: [], parameter });
    const given = many ? values : Array.from({ length: op === 'between' ? 2 : 1 }, (_, at) => values[at] ?? '');
    const told = given.map((value) => faultsOf(type, value));
    if (many && given.length === 0) told.push(faultsOf('integer', ''));
    setFaults(told);
    if (told.every((each) => each.length === 0)) onChip({ field, op, values: given });
  };
  const known = fields.some(({ name }) => name === field)
    ? fields
    : [{ name: field, type: 'json' as const }, ...fields];
  return (
    <Dialog
      title={start ? 'Edit filter' : 'Add filter'}
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button look="primary" type="submit" form={form}>
            {start ? 'Change' : 'Add'}
          </Button>
        </>
      }
    >
      <Form
        id={form}
        className={css.form}
        onSubmit={() => {
          submit();
        }}
      >
        <Select
          label="Field"
          choices={known.map((each) => ({ id: each.name, label: each.name, detail: typeNames[each.type] }))}
          value={field}
          onChange={(next) => {
            setField(next);
            setValues([]);
            setFaults([]);
          }}
        />
        <Select
          label="Condition"
          choices={offered}
          value={picked}
          onChange={(next) => {
            setChosen(offered.find(({ id }) => id === next)?.id ?? 'eq');
            setFaults([]);
          }}
        />
        {parameters.length > 0 && op !== 'null' && op !== 'between' && (
          <Select
            label="Compared with"
            choices={[
              { id: NO_PARAMETER, label: 'A value' },
              ...parameters.map((name) => ({ id: name, label: `Parameter ${name}`, detail: 'given by consumers' })),
            ]}
            value={parameter}
            onChange={setParameter}
          />
        )}
        {isAsked && (
          <ValueFields
            type={type}
            isMany={many}
            isRange={op === 'between'}
            values={values}
            onValues={setValues}
            faults={faults}
          />
        )}
      </Form>
    </Dialog>
  );
}

function chosenOf({ op, values }: Chip): Chosen {
  return op === 'null' && values[0] === 'false' ? 'filled' : op;
}

function choicesOf(operators: readonly ChipOperator[]): (Choice & { id: Chosen })[] {
  return operators.flatMap((op): (Choice & { id: Chosen })[] => {
    if (op === 'between') return [{ id: op, label: op, detail: 'gte, lte' }];
    const choice = { id: op, label: operatorNames[op], detail: op };
    return op === 'null' ? [choice, { id: 'filled', label: 'has a value', detail: op }] : [choice];
  });
}

function faultsOf(type: FilteredField['type'], value: string): Fault[] {
  const read = parseValue({ type }, value);
  return read.ok ? [] : [{ in: 'query', code: 'invalid_value', detail: read.detail, hint: read.hint }];
}
