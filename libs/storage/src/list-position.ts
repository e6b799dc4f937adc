import type { QueryFilter } from 'mongoose';
import { z } from 'zod';

const Value = z.union([z.string(), z.number(), z.boolean(), z.null(), z.object({ date: z.iso.datetime() })]);
const Written = z.tuple([z.string(), z.string(), Value]);

/** A value by which lists are sorted. */
export type SortValue = string | number | boolean | Date | null;

/** The last document of a page: its id, its value in the order, and which order that is. */
export interface Position {
  sort: string;
  id: string;
  value: SortValue;
}

/** A cursor that is of another list, or of none, as libs/messaging reads it: by code and detail. */
export class UnknownCursor extends Error {
  readonly code = 'cursor_mismatch';
  readonly detail = 'take page.nextCursor of the page before, with the same _sort';
}

/** Writes a position as a cursor. */
export function writePosition({ sort, id, value }: Position): string {
  const written: z.input<typeof Written> = [sort, id, value instanceof Date ? { date: value.toISOString() } : value];
  return Buffer.from(JSON.stringify(written)).toString('base64url');
}

/** Reads a cursor of a list in this order; throws UnknownCursor. */
export function readPosition(cursor: string, order: string): Position {
  const read = Written.safeParse(jsonOf(cursor));
  if (!read.success) throw new UnknownCursor();
  const [sort, id, value] = read.data;
  if (sort !== order) throw new UnknownCursor();
  return { sort, id, value: typeof value === 'object' && value !== null ? new Date(value.date) : value };
}

/**
 * Matches what stands behind a position when `member` is sorted, then `_id`. MongoDB puts null before all values, but compares
 * with those of one type alone.
 */
export function behindPosition<Doc>(
  { id, value }: Position,
  member: keyof Doc & string,
  descending: boolean,
): QueryFilter<Doc> {
  const behind = descending ? '$lt' : '$gt';
  const ids = { _id: { [behind]: id } };
  if (member === '_id') return ids as QueryFilter<Doc>;
  const cases: object[] = [{ [member]: value, ...ids }];
  if (value === null) {
    if (!descending) cases.push({ [member]: { $ne: null } });
  } else {
    cases.push({ [member]: { [behind]: value } });
    if (descending) cases.push({ [member]: null });
  }
  return { $or: cases } as QueryFilter<Doc>;
}

function jsonOf(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    return null;
  }
}
