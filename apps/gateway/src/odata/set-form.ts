import { createHash } from 'node:crypto';
import { commitHeader } from '../answering/cache-headers';
import type { PageForm } from '../answering/page-form';
import { HttpProblem } from '../http/problem';
import type { Page } from '../reading/pages';
import type { EntitySet } from './entity-sets';
import { type JsonForm, mediaTypeOf } from './odata-format';
import type { RowKeySeal } from './row-keys';
import { RowSplitter } from './row-splitter';
import { RowWriter } from './row-writer';
import type { SetQuery } from './set-query';

/** What an answer is written from, beside its rows. */
export interface SetAnswer {
  set: EntitySet;
  query: SetQuery;
  form: JsonForm;
  /** The address of the service, with a slash at its end. */
  base: string;
  /** Makes the keys of rows that have none of their own. */
  seal: RowKeySeal;
  /** Writes the address of the next page. */
  next(cursor: string, top: number | null): string;
}

/** Writes pages of a set (OData JSON Format 4.0, section 4.5). */
export function setForm({ set, query, form, base, seal, next }: SetAnswer): PageForm {
  const rows = new RowWriter(set, query, form);
  return {
    contentType: mediaTypeOf(form),
    headersOf: commitHeader,
    rowsOf: (page) => (query.top === 0 ? 0 : rowsOf(page, query)),
    async *pieces(page) {
      const context =
        form.metadata === 'none' ? [] : [`"@odata.context":${JSON.stringify(contextOf(base, set, query))}`];
      const count = query.isCounted ? [`"@odata.count":${countOf(page, form)}`] : [];
      yield Buffer.from(`{${[...context, ...count, '"value":'].join()}`);
      if (query.top === 0) yield Buffer.from('[]');
      else yield* rows.isPlain ? bytesOf(page) : rewritten(page, rows, seal);
      const { nextCursor, query: asked } = page;
      const left = query.top === null ? null : query.top - asked.limit;
      const hasMore = nextCursor !== null && (left === null || left > 0);
      yield Buffer.from(hasMore ? `,"@odata.nextLink":${JSON.stringify(next(nextCursor, left))}}` : '}');
    },
  };
}

/** Writes the one row of a page that has the key; `position` is where it stands if its key is one of ours. */
export function entityForm({ set, query, form, base, seal }: SetAnswer, position: number | null): PageForm {
  const rows = new RowWriter(set, query, form);
  return {
    contentType: mediaTypeOf(form),
    headersOf: commitHeader,
    rowsOf: (page) => {
      const found = rowsOf(page, query) === 1 && (position === null || page.head.positions?.[0] === position);
      if (!found) throw new HttpProblem('not_found', { detail: `${set.name} has no row with this key` });
      return 1;
    },
    async *pieces(page) {
      const context = `${contextOf(base, set, query)}/$entity`;
      yield Buffer.from(form.metadata === 'none' ? '{' : `{"@odata.context":${JSON.stringify(context)},`);
      const keys = keysOf(page, seal);
      const splitter = new RowSplitter();
      for await (const piece of bytesOf(page)) {
        for (const row of splitter.push(piece)) yield rows.members(row, keys[0]);
      }
      yield Buffer.from('}');
    },
  };
}

/** Writes the number of rows as a text (OData 4.0 part 1, section 11.2.9). */
export const countForm: PageForm = {
  contentType: 'text/plain;charset=utf-8',
  headersOf: commitHeader,
  rowsOf: () => 0,
  async *pieces({ head }) {
    yield Buffer.from(String(head.total));
  },
};

/** Names a form of an answer: what it says of the single request beside the plan. */
export function nameOfForm(parts: readonly (string | number | boolean | null)[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
}

function contextOf(base: string, { name }: EntitySet, { projection }: SetQuery): string {
  return `${base}$metadata#${name}${projection === null ? '' : `(${projection.join()})`}`;
}

function countOf({ head: { total } }: Page, { ieee754 }: JsonForm): string {
  return ieee754 ? `"${total}"` : String(total);
}

function rowsOf({ head }: Page, { hasRowKey }: SetQuery): number {
  // A catalogue of the release before does not know what was asked of it.
  if (hasRowKey && head.positions?.length !== head.returned)
    throw new HttpProblem('other_release', { detail: 'rows have no keys until every catalogue is of this release' });
  return head.returned;
}

async function* bytesOf({ bytes }: Page): AsyncGenerator<Uint8Array> {
  if (bytes instanceof Uint8Array) yield bytes;
  else yield* bytes;
}

function keysOf({ head, snapshot }: Page, seal: RowKeySeal): string[] {
  return head.positions ? seal.seal(snapshot.versionId, head.positions) : [];
}

const [OPEN, COMMA, CLOSE] = ['[{', '},{', '}]'].map((text) => Buffer.from(text)) as [Buffer, Buffer, Buffer];

async function* rewritten(page: Page, rows: RowWriter, seal: RowKeySeal): AsyncGenerator<Uint8Array> {
  const splitter = new RowSplitter();
  const keys = keysOf(page, seal);
  let index = 0;
  for await (const piece of bytesOf(page)) {
    const parts: Buffer[] = [];
    for (const row of splitter.push(piece)) {
      parts.push(index === 0 ? OPEN : COMMA, rows.members(row, keys[index]));
      index++;
    }
    yield Buffer.concat(parts);
  }
  yield index === 0 ? Buffer.from('[]') : CLOSE;
}
