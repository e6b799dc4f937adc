import { type Group, MAX_GROUPS } from '@sluice/contracts/catalogue/row-groups';
import type { RowsRequest } from '@sluice/contracts/catalogue/rows';
import type { Fault } from '@sluice/contracts/fault';
import type { Engine } from '../engine/engine';
import type { VersionTable } from '../tables/version-table';
import { firstGroup, groupSql } from './group-sql';
import type { Page } from './read-page';

/** Refuses a query that is well formed but has no answer: too many groups, or a number beyond 38 digits. */
export class QueryRefused extends Error {
  constructor(readonly fault: Fault) {
    super(fault.detail);
  }
}

/** Reads one page of groups. All of them are made each time: there are at most 10,000, and none is kept. */
export async function readGroups(
  reads: Engine,
  table: VersionTable,
  request: RowsRequest & { group: Group },
  timeoutMs: number,
): Promise<Page> {
  const { sql, values } = groupSql(table, request);
  const found = await reads.query(sql, values, { timeoutMs, lane: 'scan', of: table.id }).catch((error: unknown) => {
    throw isOverflow(error) ? refused('_agg', 'out_of_range', 'a sum has more than 38 digits') : error;
  });
  const total = Number(found[0]?.[1] ?? 0);
  if (total > MAX_GROUPS) {
    throw refused('_group', 'too_many_groups', `there are ${total} groups, ${MAX_GROUPS} is the most`, MAX_GROUPS);
  }
  const rows = found.slice(0, request.limit);
  const hasMore = found.length > rows.length;
  return {
    head: {
      returned: rows.length,
      hasMore,
      nextKey: hasMore ? { row: firstGroup(request) + rows.length, values: [] } : null,
      // An empty page behind the last group knows no number of them.
      total: found.length > 0 || (request.offset === 0 && !request.after) ? total : null,
    },
    bytes: Buffer.from(`[${rows.map(([json]) => json).join(',')}]`),
  };
}

function refused(name: string, code: string, detail: string, max?: number): QueryRefused {
  return new QueryRefused({ in: 'query', name, code, detail, ...(max !== undefined && { max }) });
}

function isOverflow(error: unknown): boolean {
  return /Out of Range Error/.test(String(error));
}
