import type { ImportOptions } from '@sluice/contracts/catalogue/imports';
import type { ImportWarning } from '@sluice/contracts/catalogue/reading';
import type { FieldType } from '@sluice/contracts/fields';
import { FileRefused } from '../sources/file-refused';

export const MAX_DECIMAL_DIGITS = 38;
/** A double gives back every decimal number of so many digits as it was. */
export const EXACT_DOUBLE_DIGITS = 15;

/** A plan that makes a field of one column of a source, in SQL over the source's relation. */
export interface ColumnPlan {
  name: string;
  label: string;
  type: FieldType;
  /** Digits after the point of a decimal. */
  scale?: number;
  /** The value as it is stored. */
  value: string;
  /** True for a value that does not fit the type that was asked for; null where every value is known to fit. */
  misfit: string | null;
  /** True for NaN and infinities, which are stored as null; null where there can be none. */
  notFinite: string | null;
  /** True for dates outside of the years 1 to 9999, which are stored as null; missing where there can be none. */
  outOfRange?: string;
  /** Numbers, of which some may be minus zero. */
  mayBeMinusZero?: boolean;
  /** The number of values that are not null, where it was counted before: storing fewer would be a loss. */
  present?: number;
  /** What the publisher is told of the values; without the field. */
  warnings: readonly Omit<ImportWarning, 'field'>[];
}

/** A source ready to be copied. */
export interface SourcePlan {
  /** SQL of the relation; rows come in the order of the file. */
  relation: string;
  columns: ColumnPlan[];
}

/** The types that the publisher asked for, by column; a key is a field's name or else its label. */
export function requestedTypes(
  types: ImportOptions['types'],
  names: readonly string[],
  labels: readonly string[],
): (FieldType | undefined)[] {
  const requested = names.map((name): FieldType | undefined => (Object.hasOwn(types, name) ? types[name] : undefined));
  const unknown: string[] = [];
  for (const [key, type] of Object.entries(types)) {
    if (names.includes(key)) continue;
    if (!labels.includes(key)) unknown.push(key);
    labels.forEach((label, index) => {
      if (label === key) requested[index] ??= type;
    });
  }
  if (unknown.length === 0) return requested;
  throw new FileRefused(
    'A type was asked for a field that the file does not have.',
    unknown.map((key) => ({
      in: 'query' as const,
      name: 'types',
      code: 'unknown_field',
      detail: `The file has no field ${JSON.stringify(key.slice(0, 100))}.`,
      allowed: names.slice(0, 50),
    })),
  );
}
