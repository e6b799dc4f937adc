import type { ChangesRequest } from '@sluice/contracts/catalogue/row-changes';
import type { CachedVersion } from '../cache/grown-version';
import type { Cells, Engine } from '../engine/engine';
import { rowJson, rowJsonPieces } from '../engine/row-json';
import { quoted } from '../engine/sql';
import { ROW } from '../tables/version-table';
import { Bindings, type Statement } from './bindings';
import { Columns } from './columns';
import { matching } from './page-sql';
import type { Page } from './read-page';

/** Hidden columns: whether the row is one of the query's, and whether the one that stood before it was. */
const FITS = '_fits';
const HAD = '_had';

/**
 * Reads one page of what became of the rows of a query between two snapshots of one version. Rows never change, so each
 * change is a row that was sent since and stands now, held against the one of its key that stood before.
 */
export async function readChanges(
  reads: Engine,
  before: CachedVersion,
  now: CachedVersion,
  request: ChangesRequest,
  timeoutMs: number,
): Promise<Page> {
  const deadlineMs = performance.now() + timeoutMs;
  const pieces: Cells[][] = [];
  for (const { sql, values } of changesSql(before, now, request)) {
    pieces.push(
      await reads.query(sql, values, {
        timeoutMs: Math.max(1, deadlineMs - performance.now()),
        lane: 'scan',
        of: now.id,
      }),
    );
  }
  const found = pieces[0] ?? [];
  const returned = Math.min(found.length, request.limit);
  const hasMore = found.length > returned;
  const texts = found.slice(0, returned).map(([fits, had, key, , first], index) => {
    const row = [first, ...pieces.slice(1).map((piece) => piece[index]?.[4])].join('');
    const change = fits ? (had ? 'changed' : 'added') : 'removed';
    return `{"change":"${change}"${key === null ? '' : `,"key":${key}`}${fits ? `,"row":${row}` : ''}}`;
  });
  const nextKey = hasMore ? { row: Number(found[returned - 1]?.[3]), values: [] } : null;
  return { head: { returned, hasMore, nextKey, total: null }, bytes: document(texts, request.format) };
}

/** Selects whether the row fits, whether the one before did, the key, the position, and a piece of the row; one statement a piece. */
function changesSql(before: CachedVersion, now: CachedVersion, request: ChangesRequest): Statement[] {
  const { select, limit, after } = request;
  const columns = new Columns(now.fields);
  const bindings = new Bindings();
  const fits = `coalesce(${matching(columns, request, bindings)}, false)`;
  const first = Math.max(before.end, after ? after.row + 1 : 0);
  const sent = `SELECT *, ${fits} AS ${FITS} FROM ${now.sql} WHERE ${ROW} >= ${first}`;
  const keys = (now.keyFields ?? []).map((name) => columns.field(name));
  const names = keys.map(({ name }) => quoted(name)).join(', ');
  const joined =
    now.replaced && keys.length > 0
      ? `SELECT * FROM (${sent}) LEFT JOIN (
           SELECT ${names}, true AS ${HAD} FROM ${before.sql} SEMI JOIN (${now.replaced}) USING (${ROW}) WHERE ${fits}
         ) USING (${names})`
      : `SELECT *, false AS ${HAD} FROM (${sent})`;
  const key = keys.length > 0 ? rowJson(keys) : 'NULL';
  return rowJsonPieces(select.map((name) => columns.field(name))).map((piece) => ({
    // Rows that do not fit are nobody's to see.
    sql: `SELECT ${FITS}, coalesce(${HAD}, false), ${key}, ${ROW}, CASE WHEN ${FITS} THEN ${piece} END FROM (
      SELECT * FROM (${joined}) WHERE ${FITS} OR ${HAD} ORDER BY ${ROW} LIMIT ${limit + 1}
    ) ORDER BY ${ROW}`,
    values: bindings.values,
  }));
}

function document(texts: readonly string[], format: ChangesRequest['format']): Uint8Array {
  if (format === 'ndjson') return Buffer.from(texts.map((text) => `${text}\n`).join(''));
  return Buffer.from(`[${texts.join(',')}]`);
}
