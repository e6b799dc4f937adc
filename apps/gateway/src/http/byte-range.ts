import type { FastifyRequest } from 'fastify';
import { parse } from 'range-parser';

/** A part of a file, both ends included; all of it; or a part that it does not have. */
export type ByteRange = { from: number; to: number } | 'whole' | 'unsatisfiable';

/** What the file is, as `If-Range` compares it. */
interface Validators {
  /** A strong entity tag, with its quotes. */
  etag: string;
  lastModified?: string;
}

/**
 * Tells which part of a file of `size` bytes a request asks for (RFC 9110 section 14.2). All of it where it asks for none, for several, in
 * no way that can be read, or for a part of a file that has changed since (section 13.1.5).
 */
export function byteRangeOf(headers: FastifyRequest['headers'], size: number, validators: Validators): ByteRange {
  const { range } = headers;
  if (range === undefined || !isUnchanged(headers['if-range'], validators)) return 'whole';
  const { code, type, ranges } = parse(size, range);
  if (type !== 'bytes' || (code & INVALID) !== 0 || ranges.length > 1) return 'whole';
  const [only] = ranges;
  return only ? { from: only.start, to: only.end } : 'unsatisfiable';
}

/** The bit of the parser's code for a set of ranges that is none. */
const INVALID = 1;

/** A weak tag never names the same bytes, and a date only where it is the very one that was told. */
function isUnchanged(ifRange: FastifyRequest['headers'][string], { etag, lastModified }: Validators): boolean {
  return ifRange === undefined || ifRange === etag || (lastModified !== undefined && ifRange === lastModified);
}
