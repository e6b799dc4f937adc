import { sendRows } from '@sluice/contracts/catalogue/sends';
import { refuse } from '@sluice/messaging/service-error';
import type { SentValue } from '@sluice/query/sending/sent-value';

/** A row as it was sent: its place in the body as JSON Pointer and line, and its members; null is sent as null. */
export interface SentRow {
  pointer: string;
  line: number;
  cells: ReadonlyMap<string, SentValue | null>;
  /** What is wrong with the row as a whole. */
  fault?: { code: string; detail: string };
}

/** The body ends before its rows do, or is no JSON or CSV at all: nothing of it can be trusted. */
export function unreadable(detail: string): Error {
  return refuse(sendRows, 'malformed_request', detail);
}
