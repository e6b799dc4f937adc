import { Injectable } from '@nestjs/common';
import { type RowKey, type RowsHead, type RowsRequest, readRows } from '@sluice/contracts/rows';
import { refuse, ServiceError } from '@sluice/messaging/service-error';
import { VersionCache, VersionGone } from '../cache/version-cache';
import type { VersionTable } from '../cache/version-table';
import { type Cells, QueryTimeout, StorageFull } from '../engine/engine';
import { Engines } from '../engine/engines';
import { QueueFull } from '../engine/query-queue';
import { countSql, pageSql, type Statement } from './page-sql';

const QUERY_LIMIT_MS = 10_000;

/** Reads pages of rows. */
@Injectable()
export class RowsService {
  constructor(
    private readonly cache: VersionCache,
    private readonly engines: Engines,
  ) {}

  async read(request: RowsRequest): Promise<{ head: RowsHead; bytes: Uint8Array }> {
    try {
      return await this.cache.use(request.snapshot.versionId, async (table) => {
        const rows = await this.query(pageSql(table, request));
        const total = await this.total(table, request);
        return page(rows, request, total);
      });
    } catch (error) {
      throw told(error);
    }
  }

  private async total(table: VersionTable, { conditions, count }: RowsRequest): Promise<number | null> {
    if (conditions.length === 0) return table.rowCount;
    if (!count) return null;
    const [row] = await this.query(countSql(table, conditions));
    return Number(row?.[0]);
  }

  private query({ sql, values }: Statement): Promise<Cells[]> {
    return this.engines.reads.query(sql, values, { timeoutMs: QUERY_LIMIT_MS });
  }
}

/** Cuts off the row that only shows that there are more; the key of the last one kept is where the next page begins. */
function page(rows: Cells[], { limit }: RowsRequest, total: number | null): { head: RowsHead; bytes: Uint8Array } {
  const kept = rows.slice(0, limit);
  const hasMore = rows.length > limit;
  const last = kept.at(-1);
  const nextKey = hasMore && last ? keyOf(last) : null;
  const bytes = Buffer.from(`[${kept.map(([json]) => json).join(',')}]`);
  return { head: { returned: kept.length, hasMore, nextKey, total }, bytes };
}

function keyOf([, row, ...values]: Cells): RowKey {
  return { row: Number(row), values: values.map((value) => (value === null ? null : String(value))) };
}

function told(error: unknown): unknown {
  if (error instanceof VersionGone) return refuse(readRows, 'snapshot_gone');
  if (error instanceof QueryTimeout) return refuse(readRows, 'query_timeout');
  if (error instanceof StorageFull) return refuse(readRows, 'storage_full');
  if (error instanceof QueueFull) return new ServiceError('overloaded');
  return error;
}
