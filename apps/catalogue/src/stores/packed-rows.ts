import { promisify } from 'node:util';
import { constants, deflateRaw, inflateRaw } from 'node:zlib';

/** The cells of a row in the order of the version's fields, each as canonical text. */
export type TextRow = readonly (string | null)[];

const deflate = promisify(deflateRaw);
const inflate = promisify(inflateRaw);

/** A half of a character that has two, as JSON.stringify writes it; a backslash before `ud8` looks the same. */
const LONE_SURROGATE = /\\ud[89ab]/;

/** Rows as JSON arrays separated by commas; DuckDB reads them as they are. */
export function joinRows(rows: readonly TextRow[]): string {
  const text = JSON.stringify(rows).slice(1, -1);
  if (!LONE_SURROGATE.test(text)) return text;
  // Half a character is none, and DuckDB would not read the rows around it either.
  const whole = rows.map((row) => row.map((cell) => cell && wellFormed(cell)));
  return JSON.stringify(whole).slice(1, -1);
}

function wellFormed(text: string): string {
  return Buffer.from(text).toString();
}

/** Made small for MongoDB; the fastest level, since senders wait for it. */
export function packRows(text: string): Promise<Buffer> {
  return deflate(text, { level: constants.Z_BEST_SPEED });
}

export async function unpackRows(packed: Uint8Array): Promise<string> {
  return (await inflate(packed)).toString();
}
