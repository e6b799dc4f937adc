import { EXACT_DOUBLE_DIGITS } from './column-plan';
import { isPlainFraction, kind, NUMBERS } from './text-kinds';

/** Bits above those of the kinds: what else one aggregate tells of a column's cells. */
export const trait = {
  /** A number that is longer than the digits of which a double keeps every one, or has an exponent. */
  long: 1 << 10,
  /** Begins with a minus and a zero. */
  minus: 1 << 11,
  /** Holds what marks an escape. */
  escaped: 1 << 12,
  /** Is of no kind that was expected. */
  unexpected: 1 << 15,
} as const;

/**
 * The kind and the traits of a cell as it was staged. Numbers and booleans that are expected need no other test: they are
 * neither escaped nor, as integers, minus zero. All else is of the kind that `otherwise` says.
 */
export function markedKind(cell: string, likely: number, otherwise: string): string {
  const has = (bits: number) => (likely & bits) !== 0;
  const long = `(CASE WHEN strlen(${cell}) > ${EXACT_DOUBLE_DIGITS} THEN ${trait.long} ELSE 0 END)`;
  const expected = [
    has(kind.integer) && `WHEN TRY_CAST(${cell} AS BIGINT)::VARCHAR = ${cell} THEN ${kind.integer} | ${long}`,
    has(kind.fraction) && `WHEN ${isPlainFraction(cell)} THEN ${kind.fraction} | ${long} | ${minus(cell)}`,
    has(kind.boolean) && `WHEN ${cell} IN ('true', 'false') THEN ${kind.boolean}`,
  ];
  return `(CASE WHEN ${cell} IS NULL THEN 0 ${expected.filter((test) => test !== false).join(' ')} ELSE ${otherwise} END)::USMALLINT`;
}

/** The traits of a cell by all their tests; `mark` is what an escape begins with. */
export function traits(cell: string, likely: number, mark: string): string {
  const escaped = `(CASE WHEN contains(${cell}, ${mark}) THEN ${trait.escaped} ELSE 0 END)`;
  // Without a number among the first cells nothing is known of the others.
  if (likely !== 0 && (likely & NUMBERS) === 0) return `${escaped} | ${trait.long}`;
  const isLong = `strlen(${cell}) > ${EXACT_DOUBLE_DIGITS} OR contains(${cell}, 'e') OR contains(${cell}, 'E')`;
  return `${escaped} | ${minus(cell)} | (CASE WHEN ${isLong} THEN ${trait.long} ELSE 0 END)`;
}

function minus(cell: string): string {
  return `(CASE WHEN starts_with(${cell}, '-0') THEN ${trait.minus} ELSE 0 END)`;
}
