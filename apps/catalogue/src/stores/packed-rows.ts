import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { constants, createDeflateRaw, inflateRaw } from 'node:zlib';

/** The cells of a row in the order of the version's fields, each as canonical text. */
export type TextRow = readonly (string | null)[];

const [OPEN, COMMA, CLOSE] = ['[', ',', ']'].map((text) => Buffer.from(text));
const inflate = promisify(inflateRaw);

/** A half of a character that has two, as JSON.stringify writes it; a backslash before `ud8` looks the same. */
const LONE_SURROGATE = /\\ud[89ab]/;

/** Rows that are joined in one step. */
const STEP_ROWS = 50;

/** Rows as JSON arrays separated by commas, some tens of them in a piece. */
export interface JoinedRows {
  pieces: readonly Buffer[];
  bytes: number;
}

/** Joins rows, a step at a time; DuckDB reads them as they are. */
export function* joinRows(rows: readonly TextRow[]): Generator<void, JoinedRows> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for (let at = 0; at < rows.length; at += STEP_ROWS) {
    const piece = Buffer.from(joined(rows.slice(at, at + STEP_ROWS)));
    pieces.push(piece);
    bytes += piece.length;
    yield;
  }
  return { pieces, bytes };
}

function joined(rows: readonly TextRow[]): string {
  const text = JSON.stringify(rows).slice(1, -1);
  if (!LONE_SURROGATE.test(text)) return text;
  // Half a character is none, and DuckDB would not read the rows around it either.
  const whole = rows.map((row) => row.map((cell) => cell && wellFormed(cell)));
  return JSON.stringify(whole).slice(1, -1);
}

function wellFormed(text: string): string {
  return Buffer.from(text).toString();
}

/** Packs pieces of joined rows as one JSON array, small for MongoDB; at the fastest level, since senders wait for it. */
export function packRows(pieces: readonly Buffer[]): Promise<Buffer> {
  const packed = createDeflateRaw({ level: constants.Z_BEST_SPEED });
  const array = pieces.flatMap((piece, index) => (index === 0 ? [piece] : [COMMA, piece]));
  return buffer(Readable.from([OPEN, ...array, CLOSE]).pipe(packed));
}

export async function unpackRows(packed: Uint8Array): Promise<string> {
  return (await inflate(packed)).toString();
}
