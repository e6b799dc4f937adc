import { contentType } from '@sluice/contracts/media-types';
import type { PagePlan } from '../reading/page-plan';
import type { Page } from '../reading/pages';
import { readSnapshotText } from '../reading/read-snapshot';
import { commitHeader } from './cache-headers';
import { nextLink, writeEnvelope } from './envelope';
import { JsonIndenter } from './pretty-json';

/** The way in which a page is written: our own, or that of a protocol. */
export interface PageForm {
  contentType: string;
  /** Gives the fields of the header that depend on the rows. */
  headersOf(page: Page): Record<string, string>;
  /** Gives the rows that the caller is charged for. */
  rowsOf(page: Page): number;
  /** Writes the whole body, piece by piece. */
  pieces(page: Page): AsyncIterable<Uint8Array>;
}

/** Gives the form that endpoints answer in. */
export function ownForm({ format, query: { pretty } }: PagePlan): PageForm {
  return {
    contentType: contentType(format),
    headersOf,
    rowsOf: ({ head }) => head.returned,
    pieces: (page) => (pretty ? indented(around(page)) : around(page)),
  };
}

/** The next page (RFC 8288), and what changes can be asked from later; groups have none. */
function headersOf(page: Page): Record<string, string> {
  const next = nextLink(page);
  return {
    ...commitHeader(page),
    ...(next && { link: `<${next}>; rel="next"` }),
    ...(!page.query.group && { 'sluice-snapshot': readSnapshotText(page) }),
  };
}

async function* around(page: Page): AsyncGenerator<Uint8Array> {
  const { before, after } = writeEnvelope(page);
  yield Buffer.from(before);
  if (page.bytes instanceof Uint8Array) yield page.bytes;
  else yield* page.bytes;
  yield Buffer.from(after);
}

async function* indented(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const indenter = new JsonIndenter();
  for await (const piece of pieces) yield indenter.push(piece);
}
