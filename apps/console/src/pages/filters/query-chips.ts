import type { FilterOperator } from '@sluice/contracts/filter';
import { operatorsOf, takesMany } from '@sluice/query/values/operators';
import { type Chip, type FilteredField, joinRanges, operandOf, splitRange } from './chips';

type Entry = readonly [name: string, value: string];

/** A query as chips, and what of it chips do not hold: controls, nested filters, and what is not understood. */
export interface ChippedQuery {
  chips: Chip[];
  rest: Entry[];
}

const SORT = '_sort';

/** Reads a query of the endpoints. Nothing of it is lost: `queryOf` writes all of it again. */
export function readQuery(query: string, fields: readonly FilteredField[]): ChippedQuery {
  const chips: Chip[] = [];
  const rest: Entry[] = [];
  for (const [name, value] of new URLSearchParams(query)) {
    const chip = chipOf(name, value, fields);
    const met = chip && takesMany(chip.op as FilterOperator) ? chips.findIndex((each) => isSame(each, chip)) : -1;
    if (!chip) rest.push([name, value]);
    else if (met < 0) chips.push(chip);
    else chips[met] = { ...chip, values: [...(chips[met]?.values ?? []), value] };
  }
  return { chips: joinRanges(chips), rest };
}

/** Writes a query, conditions first. */
export function queryOf({ chips, rest }: ChippedQuery): string {
  const asked = new URLSearchParams();
  for (const { field, op, values } of chips.flatMap(splitRange)) {
    for (const value of values) asked.append(op === 'eq' ? field : `${field}__${op}`, value);
  }
  for (const [name, value] of rest) asked.append(name, value);
  return readable(asked);
}

/** Tells what is shown as written by hand: all that is no chip, but for the order. */
export function writtenByHand({ rest }: ChippedQuery): string {
  return readable(
    new URLSearchParams(rest.filter(([name]) => name !== SORT).map(([name, value]): [string, string] => [name, value])),
  );
}

export function withoutHandwritten({ chips, rest }: ChippedQuery): ChippedQuery {
  return { chips, rest: rest.filter(([name]) => name === SORT) };
}

/** As people write it: what a query string cannot hold as it is stays encoded, letters of every script do not. */
export function readable(asked: URLSearchParams): string {
  return asked.toString().replace(/%(?:2C|3A|22|7B|7D|5B|5D)|(?:%[89A-F][\dA-F])+/g, decodeURIComponent);
}

function chipOf(name: string, value: string, fields: readonly FilteredField[]): Chip | null {
  const [field = '', operator = 'eq', ...more] = name.split('__');
  const operand = more.length > 0 ? null : operandOf(fields, field);
  const op = operand && operatorsOf[operand].find((each) => each === operator);
  return op ? { field, op, values: [value] } : null;
}

function isSame(one: Chip, other: Chip): boolean {
  return one.field === other.field && one.op === other.op;
}
