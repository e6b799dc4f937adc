import type { Field } from '@sluice/contracts/fields';
import type { Engine } from '../engine/engine';
import { MemoryFull, StorageFull } from '../engine/engine-errors';
import type { Lane } from '../engine/fair-queue';
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

/** The engine that reads slices, how large they should be, and the limits that end them early. */
export interface Reading {
  engine: Engine;
  /** 8 MiB unless said otherwise. */
  sliceBytes?(): number;
  signal?: AbortSignal;
  timeoutMs?: number;
  /** For statements over all rows: short where those are few. */
  lane?: Lane;
}

/** What is smaller never waits behind what is larger. */
export const SMALL_BYTES = 8 * 1024 ** 2;

const FIRST_ROWS = 8_192;
const MAX_ROWS = 1_048_576;
const MAX_GROWTH = 4;
const SHRINK = 8;

/**
 * Reads rows a slice at a time, each by a query of its own: nothing is held in DuckDB while a slow reader takes what it
 * was given. One slice is read ahead. Slices grow until they come to `sliceBytes`, and shrink when DuckDB's memory does
 * not suffice for one. The first 8 MiB are short queries, what follows waits with other scans.
 */
export async function* readInSlices(
  end: number,
  { sliceBytes = () => SMALL_BYTES }: Pick<Reading, 'sliceBytes'>,
  read: (where: string, lane: Lane) => Promise<Slice>,
): AsyncGenerator<Piece> {
  let bytes = 0;
  const readOne: ReadOne = async (where) => {
    const slice = await read(where, bytes < SMALL_BYTES ? 'quick' : 'scan');
    bytes += slice.bytes;
    return slice;
  };
  let ahead = nextSlice({ from: 0, rows: FIRST_ROWS }, end, sliceBytes, readOne);
  try {
    for (let slice = await ahead; slice; slice = await ahead) {
      ahead = nextSlice(slice.next, end, sliceBytes, readOne);
      // The one that waits for it gets the failure.
      ahead.catch(() => {});
      yield* slice.pieces;
    }
  } finally {
    // What it reads may go as soon as this has ended.
    await ahead.catch(() => {});
  }
}

type ReadOne = (where: string) => Promise<Slice>;

interface Range {
  from: number;
  rows: number;
}

async function nextSlice({ from, rows }: Range, end: number, sliceBytes: () => number, read: ReadOne) {
  for (let size = rows; from < end; ) {
    const to = Math.min(end, from + size);
    try {
      const { bytes, pieces } = await read(`${ROW} >= ${from} AND ${ROW} < ${to}`);
      const growth = Math.min(MAX_GROWTH, sliceBytes() / Math.max(1, bytes));
      return { pieces, next: { from: to, rows: Math.min(MAX_ROWS, Math.max(1, Math.round(size * growth))) } };
    } catch (error) {
      const isFull = error instanceof MemoryFull || error instanceof StorageFull;
      if (!isFull || size === 1) throw error;
      size = Math.ceil(size / SHRINK);
    }
  }
  return null;
}
