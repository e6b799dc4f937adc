import type { FieldType } from '@sluice/contracts/fields';
import { LosslessNumber, parse, stringify } from 'lossless-json';

const numbers: readonly FieldType[] = ['integer', 'number', 'decimal'];

/** Reads JSON as a document quotes it: numbers keep every digit, and `writeExactly` gives them back as they were. */
export function readExactly(text: string): unknown {
  return parse(text);
}

/** Writes a document as JSON, its quoted numbers with every digit. */
export function writeExactly(document: object): string {
  return stringify(document) ?? '';
}

/** Makes of a value that stands as text what JSON has for the type, with every digit of a number. */
export function exactValue(type: FieldType, value: unknown): unknown {
  if (typeof value !== 'string') return value;
  if (type === 'boolean') return value === 'true';
  return numbers.includes(type) ? new LosslessNumber(value) : value;
}
