import type { FieldType } from '@sluice/contracts/fields';
import type { FilterOperator } from '@sluice/contracts/filter';

/** One side of a comparison: a field of a type, or a place inside a json field. */
export type Operand = FieldType | 'path';

const equality = ['eq', 'ne', 'in', 'nin', 'null'] as const;
const order = ['gt', 'gte', 'lt', 'lte'] as const;
const texts = ['contains', 'icontains', 'starts', 'istarts', 'ends', 'iends'] as const;

/** The one table of what can be asked of which type: the parser, the OpenAPI documents and `_schema` read it. */
export const operatorsOf: Readonly<Record<Operand, readonly FilterOperator[]>> = {
  text: [...equality, ...order, ...texts],
  integer: [...equality, ...order],
  number: [...equality, ...order],
  decimal: [...equality, ...order],
  boolean: ['eq', 'ne', 'null'],
  date: [...equality, ...order],
  datetime: [...equality, ...order],
  time: [...equality, ...order],
  json: ['null', 'has'],
  path: [...equality, ...order, ...texts, 'has'],
};

/** How each operator is told to a reader: `Rows whose <field> …`. */
export const operatorMeanings: Readonly<Record<FilterOperator, string>> = {
  eq: 'equals the value',
  ne: 'differs from the value, or is null',
  gt: 'is greater than the value',
  gte: 'is greater than or equal to the value',
  lt: 'is less than the value',
  lte: 'is less than or equal to the value',
  in: 'equals one of the values; repeat the parameter',
  nin: 'equals none of the values, or is null; repeat the parameter',
  null: 'is null (`true`) or has a value (`false`)',
  contains: 'contains the text',
  icontains: 'contains the text, in upper or lower case',
  starts: 'starts with the text',
  istarts: 'starts with the text, in upper or lower case',
  ends: 'ends with the text',
  iends: 'ends with the text, in upper or lower case',
  has: 'is a list that has the value among its items',
};

/** Operators that take any number of values. */
export function takesMany(op: FilterOperator): boolean {
  return op === 'in' || op === 'nin';
}

/** The type by which an operator's value is read: inside json fields order is numeric and all else is text. */
export function valueType(operand: Operand, op: FilterOperator): FieldType {
  if (op === 'null') return 'boolean';
  if (operand === 'path' || operand === 'json') return isOrder(op) ? 'number' : 'text';
  return operand;
}

function isOrder(op: FilterOperator): boolean {
  return order.some((each) => each === op);
}
