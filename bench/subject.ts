import type { Publisher } from '../test/support/publisher';
import type { Stack } from '../test/support/stack';
import type { BareDuckDb } from './sides/duckdb-side';
import type { Peer } from './sides/peers';

export interface Published {
  path: string;
  secret: string;
}

/** What the sections of a run share. */
export interface Subject {
  stack: Stack;
  publisher: Publisher;
  /** 200,000 rows of 10 columns. */
  table: Published;
  /** The same rows. */
  duckdb: BareDuckDb;
  /** The same rows; empty where there are none. */
  peers: readonly Peer[];
}
