import { isObject } from '@sluice/query/values/json-value';
import { operatorsOf, takesMany } from '@sluice/query/values/operators';
import { isLosslessNumber, parse, stringify } from 'lossless-json';
import { type Chip, type FilteredField, joinRanges, operandOf, splitRange } from './chips';

type Tree = Readonly<Record<string, unknown>>;

/** A row filter as chips, and what of its tree chips do not hold. */
export interface ChippedTree {
  chips: Chip[];
  rest: Tree;
}

/** Reads the text of a row filter; null where it is no JSON object. Numbers keep every digit. */
export function readTree(text: string, fields: readonly FilteredField[]): ChippedTree | null {
  const tree = text.trim() === '' ? {} : parsedTree(text);
  if (!tree) return null;
  const chips: Chip[] = [];
  const rest: [string, unknown][] = [];
  for (const [field, value] of Object.entries(tree)) {
    const found = chipsOf(field, value, fields);
    if (found) chips.push(...found);
    else rest.push([field, value]);
  }
  return { chips: joinRanges(chips), rest: Object.fromEntries(rest) };
}

/** Writes the text of a row filter; empty where nothing is left of it. */
export function treeText({ chips, rest }: ChippedTree): string {
  const held: Record<string, Record<string, unknown>> = {};
  for (const chip of chips.flatMap(splitRange)) {
    held[chip.field] = { ...held[chip.field], [chip.op]: operandText(chip) };
  }
  const isMet = Object.keys(held).some((field) => field in rest);
  const tree = isMet ? { _and: [rest, held] } : { ...held, ...rest };
  return Object.keys(tree).length === 0 ? '' : (stringify(tree, null, 2) ?? '');
}

/** Reads the text of a JSON object without losing a digit; null where it is none. */
export function parsedTree(text: string): Tree | null {
  try {
    const tree = parse(text);
    return isObject(tree) ? tree : null;
  } catch {
    return null;
  }
}

function chipsOf(field: string, value: unknown, fields: readonly FilteredField[]): Chip[] | null {
  const operand = operandOf(fields, field);
  if (!operand) return null;
  const chips = Object.entries(isObject(value) ? value : { eq: value }).map(([name, given]): Chip | null => {
    const op = operatorsOf[operand].find((each) => each === name);
    if (!op) return null;
    if (isObject(given)) {
      const { $param: parameter, ...more } = given;
      const isReference = typeof parameter === 'string' && Object.keys(more).length === 0;
      return isReference ? { field, op, values: [], parameter } : null;
    }
    const values = (takesMany(op) && Array.isArray(given) ? given : [given]).map(scalarText);
    return values.every((each) => each !== null) && values.length > 0 ? { field, op, values } : null;
  });
  return chips.every((chip) => chip !== null) && chips.length > 0 ? chips : null;
}

function operandText({ op, values, parameter }: Chip): unknown {
  if (parameter !== undefined) return { $param: parameter };
  if (op === 'null') return values[0] === 'true';
  return op === 'in' || op === 'nin' ? values : values[0];
}

function scalarText(value: unknown): string | null {
  if (typeof value === 'string') return value;
  return typeof value === 'boolean' || isLosslessNumber(value) ? String(value) : null;
}
