import type { SentValue } from '@sluice/query/sending/sent-value';

/** A row as it was sent: its place in the body as JSON Pointer and line, and its members; null is sent as null. */
export interface SentRow {
  pointer: string;
  line: number;
  cells: ReadonlyMap<string, SentValue | null>;
  /** A fault of the row as a whole. */
  fault?: { code: string; detail: string };
}

/** Takes the rows in the order of the body. What it throws ends the reading. */
export type TakeRow = (row: SentRow) => void;
