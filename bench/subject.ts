import type { Publisher } from '../test/support/publisher';
import type { Stack } from '../test/support/stack';

export interface Published {
  path: string;
  secret: string;
}

/** What the sections of a run share. */
export interface Subject {
  stack: Stack;
  publisher: Publisher;
  /** 3 million rows. */
  flights: Published;
  /** 200,000 rows of 10 columns. */
  table: Published;
}
