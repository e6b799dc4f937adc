import type { RowsHead, RowsRequest } from '@sluice/contracts/catalogue/rows';
import { inStage } from '@sluice/runtime/tracing';
import type { Cells, Engine } from '../engine/engine';
import type { VersionTable } from '../tables/version-table';
import type { Statement } from './bindings';
import { countSql, isWhole, pageSql } from './page-sql';

/** A page of rows: its head, and the JSON array of the rows. */
export interface Page {
  head: RowsHead;
  bytes: Uint8Array;
}

/** Reads one page; all its queries together may take `timeoutMs`, then they are interrupted and it throws QueryTimeout. */
export async function readPage(
  reads: Engine,
  table: VersionTable,
  request: RowsRequest,
  timeoutMs: number,
): Promise<Page> {
  const deadlineMs = performance.now() + timeoutMs;
  const run = ({ sql, values }: Statement) =>
    reads.query(sql, values, {
      timeoutMs: Math.max(1, deadlineMs - performance.now()),
      lane: 'scan',
      of: table.id,
    });
  const pieces: Cells[][] = [];
  for (const statement of pageSql(table, request)) pieces.push(await run(statement));
  const found = pieces[0] ?? [];
  const rows = found.slice(0, request.limit);
  const last = rows.at(-1);
  const hasMore = found.length > rows.length;
  let total: number | null = null;
  if (isWhole(request)) total = table.rowCount;
  else if (request.count) total = Number((await run(countSql(table, request)))[0]?.[0]);
  const nextKey = hasMore && last ? { row: Number(last[1]), values: [] } : null;
  return {
    head: {
      returned: rows.length,
      hasMore,
      nextKey,
      total,
      ...(request.positions && { positions: positionsOf(rows) }),
    },
    bytes: inStage('rendering', () => jsonArray(pieces, rows.length)),
  };
}

function positionsOf(rows: readonly Cells[]): number[] {
  return rows.map((cells) => Number(cells[1]));
}

function jsonArray(pieces: readonly Cells[][], count: number): Uint8Array {
  const rows: string[] = [];
  for (let row = 0; row < count; row++) rows.push(pieces.map((piece) => piece[row]?.[0]).join(''));
  return Buffer.from(`[${rows.join(',')}]`);
}
