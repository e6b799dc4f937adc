import type { Field } from '@sluice/contracts/fields';
import { ROW } from '../cache/version-table';
import { type Engine, StorageFull } from '../engine/engine';

/** Rows numbered by `_row` in their order: a relation that can be read slice by slice. */
export interface NumberedRows {
  /** SQL name of a table, or a subquery. */
  relation: string;
  values: string[];
  fields: Field[];
  /** Every `_row` is below. */
  end: number;
}

/** A piece of a document and how many rows are in it. */
export interface Piece {
  bytes: Uint8Array;
  rows: number;
}

/** Where slices are read, and what ends them early. */
export interface Reading {
  engine: Engine;
  signal?: AbortSignal;
  timeoutMs?: number;
}

const FIRST_ROWS = 8_192;
const MAX_ROWS = 1_048_576;
const WANTED_BYTES = 8 * 1024 ** 2;
const MAX_GROWTH = 4;
const SHRINK = 8;

/**
 * Reads rows a slice at a time, each by a query of its own: nothing is held in DuckDB while a slow reader takes what it
 * was given. Slices grow until they come to about 8 MiB, and shrink when DuckDB's memory does not suffice for one.
 */
export async function* inSlices(end: number, read: (where: string) => Promise<Piece>): AsyncGenerator<Piece> {
  let size = FIRST_ROWS;
  for (let from = 0; from < end; ) {
    const to = Math.min(end, from + size);
    const piece = await read(`${ROW} >= ${from} AND ${ROW} < ${to}`).catch((error: unknown) => {
      if (error instanceof StorageFull && size > 1) return null;
      throw error;
    });
    if (!piece) {
      size = Math.ceil(size / SHRINK);
      continue;
    }
    if (piece.bytes.length > 0) yield piece;
    from = to;
    const growth = Math.min(MAX_GROWTH, WANTED_BYTES / Math.max(1, piece.bytes.length));
    size = Math.min(MAX_ROWS, Math.max(1, Math.round(size * growth)));
  }
}
