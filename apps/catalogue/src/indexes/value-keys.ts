import type { Field, FieldType } from '@sluice/contracts/fields';
import { decimalFloor } from '../engine/decimal-floor';
import type { Between } from './sorted-values';

/** How values of a type become 64-bit numbers of the same order, in SQL and from a canonical text of the query language. */
export interface ValueKey {
  sql(column: string): string;
  /** Null for a text that only the engine understands. */
  read(text: string, field: Field): bigint | Between<bigint> | null;
}

const DAY_MS = 86_400_000;
const MICROS_PER_SECOND = 1_000_000n;
/** Decimals of more digits have no 64-bit key, so that the cast fails and their field has no index. */
const unscaled = (column: string) => `replace(${column}::VARCHAR, '.', '')::BIGINT`;

export const valueKeys: Partial<Record<FieldType, ValueKey>> = {
  integer: { sql: (column) => column, read: (text) => (/^-?\d+$/.test(text) ? BigInt(text) : null) },
  decimal: { sql: unscaled, read: readDecimal },
  boolean: {
    sql: (column) => `${column}::BIGINT`,
    read: (text) => (text === 'true' ? 1n : text === 'false' ? 0n : null),
  },
  date: {
    sql: (column) => `(${column} - DATE '1970-01-01')::BIGINT`,
    read: (text) => (/^\d{4}-\d\d-\d\d$/.test(text) ? BigInt(Date.parse(`${text}T00:00:00Z`) / DAY_MS) : null),
  },
  datetime: { sql: (column) => `epoch_us(${column})`, read: readMoment },
  time: { sql: (column) => `epoch_us(${column})`, read: (text) => readMoment(`1970-01-01T${text}Z`) },
};

function readDecimal(text: string, { scale = 0 }: Field): bigint | Between<bigint> | null {
  if (!/^-?\d+(\.\d+)?$/.test(text)) return null;
  const floor = decimalFloor(text, scale);
  if (typeof floor === 'string') return null;
  const key = BigInt(floor.text.replace('.', ''));
  return floor.exact ? key : { above: key };
}

/** Reads a moment in microseconds, as RFC 3339 has it in UTC. */
function readMoment(text: string): bigint | null {
  const [, seconds, fraction = ''] = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?Z$/.exec(text) ?? [];
  if (seconds === undefined) return null;
  return BigInt(Date.parse(`${seconds}Z`) / 1_000) * MICROS_PER_SECOND + BigInt(fraction.padEnd(6, '0'));
}
