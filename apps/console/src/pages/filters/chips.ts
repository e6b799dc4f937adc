import type { Field } from '@sluice/contracts/fields';
import type { FilterOperator } from '@sluice/contracts/filter';
import { type Operand, operatorsOf } from '@sluice/query/values/operators';
import { operatorNames } from '../../ui/names';

/** `between` stands for `gte` and `lte` of one field. */
export type ChipOperator = FilterOperator | 'between';

/** One condition on one field, as a query spells its values: `between` has both ends, `in` and `nin` any number, all others one. */
export interface Chip {
  field: string;
  op: ChipOperator;
  values: readonly string[];
  /** The parameter of the API that gives the value instead. */
  parameter?: string;
}

export type FilteredField = Pick<Field, 'name' | 'type'>;

/** Tells how a field, or a place in a json field, is compared; null where there is no such field. */
export function operandOf(fields: readonly FilteredField[], path: string): Operand | null {
  const [name, ...keys] = path.split('.');
  const field = fields.find((each) => each.name === name);
  if (!field) return null;
  if (keys.length === 0) return field.type;
  return field.type === 'json' ? 'path' : null;
}

/** Lists the operators that a chip may have on a field, `between` among those with an order. */
export function chipOperators(operand: Operand): readonly ChipOperator[] {
  const all = operatorsOf[operand];
  return all.includes('gte') ? [...all, 'between'] : all;
}

/** Says a condition in words. */
export function wordsOf({ op, values, parameter }: Chip): { operator: string; value: string } {
  const shown = values.map((value) => (value === '' ? '(empty text)' : value));
  if (op === 'null') return { operator: values[0] === 'true' ? 'is empty' : 'has a value', value: '' };
  if (parameter !== undefined)
    return { operator: op === 'between' ? op : operatorNames[op], value: `parameter ${parameter}` };
  if (op === 'between') return { operator: 'between', value: shown.join(' and ') };
  return { operator: operatorNames[op], value: shown.join(', ') };
}

export function sentenceOf(chip: Chip): string {
  const { operator, value } = wordsOf(chip);
  return [chip.field, operator, value].filter((word) => word !== '').join(' ');
}

/** Makes the condition that rows have a value between two others, both included. */
export function rangeChip(field: string, from: string, to: string): Chip {
  return from === to ? { field, op: 'eq', values: [from] } : { field, op: 'between', values: [from, to] };
}

/** Puts a condition in the place of another one, or of those of the same field and kind, as one query holds only one of these. */
export function withChip(chips: readonly Chip[], chip: Chip, instead?: Chip): Chip[] {
  const at = instead ? chips.indexOf(instead) : chips.findIndex((each) => isSameKind(each, chip));
  const others = chips.filter((each) => each !== instead && !isSameKind(each, chip));
  const before = at < 0 ? others.length : chips.slice(0, at).filter((each) => others.includes(each)).length;
  return [...others.slice(0, before), chip, ...others.slice(before)];
}

function isSameKind(one: Chip, other: Chip): boolean {
  if (one.field !== other.field) return false;
  return one.op === other.op || partsOf(one).some((op) => partsOf(other).includes(op));
}

function partsOf({ op }: Chip): readonly ChipOperator[] {
  return op === 'between' ? ['gte', 'lte'] : [op];
}

/** Joins `gte` and `lte` of one field into `between`, in the place of the first. */
export function joinRanges(chips: readonly Chip[]): Chip[] {
  const joined: Chip[] = [];
  for (const chip of chips) {
    const other = chip.op === 'gte' ? 'lte' : chip.op === 'lte' ? 'gte' : null;
    const at = joined.findIndex(
      (each) => each.field === chip.field && each.op === other && !each.parameter && !chip.parameter,
    );
    const met = joined[at];
    if (!met) joined.push(chip);
    else {
      const [from, to] = chip.op === 'gte' ? [chip, met] : [met, chip];
      joined[at] = { field: chip.field, op: 'between', values: [from.values[0] ?? '', to.values[0] ?? ''] };
    }
  }
  return joined;
}

/** Takes `between` apart again. */
export function splitRange(chip: Chip): Chip[] {
  if (chip.op !== 'between') return [chip];
  const [from = '', to = ''] = chip.values;
  return [
    { field: chip.field, op: 'gte', values: [from] },
    { field: chip.field, op: 'lte', values: [to] },
  ];
}
