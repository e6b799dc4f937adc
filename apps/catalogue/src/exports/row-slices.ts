import type { Field } from '@sluice/contracts/fields';
import type { Engine } from '../engine/engine';
import { MemoryFull, StorageFull } from '../engine/engine-errors';
import { ROW } from '../tables/version-table';

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

/** The rows of a slice in pieces, each made when it is asked for. */
export interface Slice {
  bytes: number;
  pieces: Iterable<Piece>;
}

/** The engine that reads slices, and the limits that end them early. */
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
 * was given. One slice is read ahead. Slices grow until they come to about 8 MiB, and shrink when DuckDB's memory does
 * not suffice for one.
 */
export async function* readInSlices(end: number, read: (where: string) => Promise<Slice>): AsyncGenerator<Piece> {
  let ahead = nextSlice({ from: 0, rows: FIRST_ROWS }, end, read);
  try {
    for (let slice = await ahead; slice; slice = await ahead) {
      ahead = nextSlice(slice.next, end, read);
      // The one that waits for it gets the failure.
      ahead.catch(() => {});
      yield* slice.pieces;
    }
  } finally {
    // What it reads may go as soon as this has ended.
    await ahead.catch(() => {});
  }
}

interface Range {
  from: number;
  rows: number;
}

async function nextSlice({ from, rows }: Range, end: number, read: (where: string) => Promise<Slice>) {
  for (let size = rows; from < end; ) {
    const to = Math.min(end, from + size);
    try {
      const { bytes, pieces } = await read(`${ROW} >= ${from} AND ${ROW} < ${to}`);
      const growth = Math.min(MAX_GROWTH, WANTED_BYTES / Math.max(1, bytes));
      return { pieces, next: { from: to, rows: Math.min(MAX_ROWS, Math.max(1, Math.round(size * growth))) } };
    } catch (error) {
      const isFull = error instanceof MemoryFull || error instanceof StorageFull;
      if (!isFull || size === 1) throw error;
      size = Math.ceil(size / SHRINK);
    }
  }
  return null;
}
