import { Injectable } from '@nestjs/common';
import { readChanges } from '@sluice/contracts/catalogue/row-changes';
import { renderRows } from '@sluice/contracts/catalogue/row-formats';
import { type RowsHead, readRows } from '@sluice/contracts/catalogue/rows';
import type { ReplyBytes } from '@sluice/messaging/handles';
import { Services } from '@sluice/messaging/services';
import { CursorSeal } from './cursor-seal';
import { formattingOf, type PagePlan, rowCondition } from './page-plan';
import { QueryPlanner } from './query-planner';
import type { RowSource } from './row-source';

/** One page of rows with all that its envelope tells. `bytes` are a document of the format that nobody parses. */
export interface Page extends PagePlan {
  head: RowsHead;
  nextCursor: string | null;
  bytes: ReplyBytes;
}

/** Asks the catalogue for pages of rows. */
@Injectable()
export class Pages {
  constructor(
    private readonly services: Services,
    private readonly cursors: CursorSeal,
    private readonly planner: QueryPlanner,
  ) {}

  /** Reads a page for our own use: as JSON, whatever the API offers first. */
  async read(source: RowSource, search: string): Promise<Page> {
    return await this.fetch({ ...(await this.planner.plan(source, { resource: 'rows', search })), format: 'json' });
  }

  /** Fetches the rows of a plan, and seals the cursor of the page behind them. */
  async fetch(plan: PagePlan): Promise<Page> {
    const { snapshot, version, source, resultHash: queryHash } = plan;
    const { head, bytes } = plan.changes ? await this.fetchChanges(plan, plan.changes) : await this.fetchRows(plan);
    const nextCursor = head.nextKey
      ? await this.cursors.seal({ sourceId: source.id, queryHash, snapshot, version, after: head.nextKey })
      : null;
    return { ...plan, head, nextCursor, bytes };
  }

  private fetchRows(plan: PagePlan) {
    const { snapshot, after, query, format } = plan;
    const { select, filter, rowFilter, search, group, sort, limit, offset } = query;
    // Consumers know of no row filter: where they did not narrow anything down, the total is there.
    const count = query.count || (rowFilter !== null && filter === null && search === null && group === null);
    const condition = rowCondition(query);
    const positions = plan.positions === true;
    const request = {
      snapshot,
      select,
      filter: condition,
      search,
      group,
      sort,
      limit,
      offset,
      count,
      after,
      positions,
    };
    return format === 'json'
      ? this.services.request(readRows, request)
      : this.services.request(renderRows, { ...request, ...formattingOf(plan) });
  }

  private fetchChanges(plan: PagePlan, { since, exposed }: NonNullable<PagePlan['changes']>) {
    const { snapshot, after, query } = plan;
    const { select, search, limit } = query;
    const format = plan.format === 'ndjson' ? ('ndjson' as const) : ('json' as const);
    const filter = rowCondition(query);
    const request = { snapshot, since: since.seq, select, filter, search, limit, after, exposed, format };
    return this.services.request(readChanges, request);
  }
}
