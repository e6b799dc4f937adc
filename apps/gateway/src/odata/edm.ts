import type { Field, FieldType } from '@sluice/contracts/fields';

/** The namespace of every type, and the name of the one container. */
export const NAMESPACE = 'Sluice';
export const CONTAINER = 'Container';

/** The key of rows that have none of their own: their sealed position, which no row of a version ever changes. */
export const ROW_KEY = '_row';

/** A type of values, with the digits behind the point of a decimal. */
export interface EdmType {
  name: string;
  scale?: number;
}

const edmNames: Readonly<Record<FieldType, string>> = {
  text: 'Edm.String',
  integer: 'Edm.Int64',
  number: 'Edm.Double',
  decimal: 'Edm.Decimal',
  boolean: 'Edm.Boolean',
  date: 'Edm.Date',
  datetime: 'Edm.DateTimeOffset',
  time: 'Edm.TimeOfDay',
  json: 'Edm.String',
};

/** Digits that a decimal has at most, before and behind its point together. */
export const DECIMAL_PRECISION = 38;
/** Digits of a second that times keep. */
export const TIME_PRECISION = 6;

export function edmType({ type, scale = 0 }: Pick<Field, 'type' | 'scale'>): EdmType {
  return type === 'decimal' ? { name: edmNames.decimal, scale } : { name: edmNames[type] };
}

/** Tells whether values of a type can be a key (OData 4.0 part 3, section 8.2): a double is none, nor is what stands for json. */
export function canBeKey({ type }: Field): boolean {
  return type !== 'number' && type !== 'json';
}

/** Finds our name behind one that `identifierOf` (`entity-set.ts`) made: none of ours begins with `_`. */
export function nameOfIdentifier(identifier: string): string {
  return /^_\d/.test(identifier) ? identifier.slice(1) : identifier;
}
