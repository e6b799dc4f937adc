import { Injectable } from '@nestjs/common';
import { getVersion } from '@sluice/contracts/catalogue/datasets';
import { readChanges } from '@sluice/contracts/catalogue/row-changes';
import { renderRows } from '@sluice/contracts/catalogue/row-formats';
import { type RowKey, type RowsHead, readRows, type Snapshot } from '@sluice/contracts/catalogue/rows';
import type { Field } from '@sluice/contracts/fields';
import { allOf, type Filter } from '@sluice/contracts/filter';
import type { Format } from '@sluice/contracts/formats';
import type { ReplyBytes } from '@sluice/messaging/handles';
import { isRefusal } from '@sluice/messaging/service-error';
import { Services } from '@sluice/messaging/services';
import { canonicalQuery } from '@sluice/query/reading/canonical-query';
import { type Asked, cursorOf, parseQueryBody, parseRowQuery } from '@sluice/query/reading/parse-query';
import type { RowQuery } from '@sluice/query/reading/row-query';
import type { View } from '@sluice/query/views/view';
import { allowedFormats } from '@sluice/query/views/view-rules';
import { LRUCache } from 'lru-cache';
import { HttpProblem } from '../http/problem';
import { CursorSeal, cursorMismatch, hashOf } from './cursor-seal';
import type { RowSource } from './row-source';
import { snapshotText } from './snapshot-text';

/** A query that was understood: everything that the page depends on, and so the whole answer. */
export interface PagePlan {
  source: RowSource;
  query: RowQuery;
  /** The canonical query string of this page, and that of the whole result that it is a part of. */
  canonical: string;
  resultQuery: string;
  /** Names the whole result, and the view that it was asked through: a cursor belongs to both. */
  resultHash: string;
  snapshot: Snapshot;
  version: number;
  after?: RowKey;
  /** The one that the answer has, of those that the API offers. */
  format: Format;
  formats: readonly Format[];
  /** Set where not the rows are asked for, but what became of them since an earlier snapshot; with all that may be seen. */
  changes: { since: Snapshot; exposed: string[] } | null;
  /** Whether the whole result may be asked for. */
  exports: boolean;
  /** Names the answer: equal plans have equal ones, and equal bytes. */
  tag: string;
}

/** One page of rows with all that its envelope tells. `bytes` are a document of the format that nobody parses. */
export interface Page extends PagePlan {
  head: RowsHead;
  nextCursor: string | null;
  bytes: ReplyBytes;
}

interface Begin {
  snapshot: Snapshot;
  version: number;
  after?: RowKey;
  queryHash?: string;
}

const MAX_REMEMBERED_VERSIONS = 200;

/** Steps 5 and 6 of a data request: the query string is understood whole or refused, then the catalogue is asked. */
@Injectable()
export class Pages {
  private readonly fieldsOfVersions = new LRUCache<string, Field[]>({ max: MAX_REMEMBERED_VERSIONS });

  constructor(
    private readonly services: Services,
    private readonly cursors: CursorSeal,
  ) {}

  /** For our own use: as JSON, whatever the API offers first. */
  async read(source: RowSource, search: string): Promise<Page> {
    return await this.fetch({ ...(await this.plan(source, { search })), format: 'json' });
  }

  /** Understands a query whole, or refuses it with every fault. No rows are read. */
  async plan(source: RowSource, asked: Asked, since: Snapshot | null = null): Promise<PagePlan> {
    const begin = await this.begin(source, cursorOf(asked));
    const view = viewAt(source, await this.fieldsOf(source, begin));
    const query = parse(asked, view);
    const resultQuery = sinceThen(since, canonicalQuery(query, view, false));
    const resultHash = hashOf(`${viewHash(view)}\n${resultQuery}`);
    if (begin.queryHash !== undefined && begin.queryHash !== resultHash) throw cursorMismatch();
    const { snapshot, version, after } = begin;
    const canonical = sinceThen(since, canonicalQuery(query, view, true));
    const { versionId, seq } = snapshot;
    const tag = hashOf([source.id, source.address, source.api, viewHash(view), versionId, seq, canonical].join('\n'));
    const formats = allowedFormats(view);
    const way = { format: query.format ?? formats[0] ?? 'json', formats, exports: view.export };
    const changes = since && { since, exposed: view.fields.map(({ name }) => name) };
    return { source, query, canonical, resultQuery, resultHash, snapshot, version, after, changes, ...way, tag };
  }

  /** Asks the catalogue for the rows of a plan. */
  async fetch(plan: PagePlan): Promise<Page> {
    const { snapshot, version, after, query, source, format, resultHash: queryHash } = plan;
    const { select, filter, rowFilter, search, group, sort, limit, offset, bom, escapeFormulas } = query;
    // Consumers know of no row filter: where they did not narrow anything down, the total is there.
    const count = query.count || (rowFilter !== null && filter === null && search === null && group === null);
    const request = {
      snapshot,
      select,
      filter: rowCondition(query),
      search,
      group,
      sort,
      limit,
      offset,
      count,
      after,
    };
    const { head, bytes } = plan.changes
      ? await this.fetchChanges(plan, plan.changes)
      : format === 'json'
        ? await this.services.request(readRows, request)
        : await this.services.request(renderRows, { ...request, format, bom, escapeFormulas });
    const nextCursor = head.nextKey
      ? await this.cursors.seal({ sourceId: source.id, queryHash, snapshot, version, after: head.nextKey })
      : null;
    return { ...plan, head, nextCursor, bytes };
  }

  private fetchChanges(plan: PagePlan, { since, exposed }: NonNullable<PagePlan['changes']>) {
    const { snapshot, after, query } = plan;
    const { select, search, limit } = query;
    const format = plan.format === 'ndjson' ? ('ndjson' as const) : ('json' as const);
    const filter = rowCondition(query);
    const request = { snapshot, since: since.seq, select, filter, search, limit, after, exposed, format };
    return this.services.request(readChanges, request);
  }

  /** A cursor goes on in the snapshot that it started in, whatever was published since. */
  private async begin(source: RowSource, cursor: string | null): Promise<Begin> {
    return cursor === null ? source : await this.cursors.open(cursor, source.id);
  }

  private async fieldsOf(source: RowSource, { snapshot, version }: Begin): Promise<Field[]> {
    if (snapshot.versionId === source.snapshot.versionId) return source.fields;
    const known = this.fieldsOfVersions.get(snapshot.versionId);
    if (known) return known;
    const { fields } = await this.services
      .request(getVersion, { datasetId: source.datasetId, number: version })
      .catch((error: unknown) => {
        const gone =
          isRefusal(error, getVersion, 'version_not_found') || isRefusal(error, getVersion, 'dataset_not_found');
        throw gone ? new HttpProblem('snapshot_gone', { detail: 'start again without the cursor' }) : error;
      });
    this.fieldsOfVersions.set(snapshot.versionId, fields);
    return fields;
  }
}

/** Cursors of changes belong to where they began too. */
function sinceThen(since: Snapshot | null, canonical: string): string {
  if (!since) return canonical;
  const begin = new URLSearchParams({ since: snapshotText(since) }).toString();
  return canonical ? `${begin}&${canonical}` : begin;
}

/** What holds for every row of the answer: what the caller asks for, and what the publisher fixed. */
export function rowCondition({ rowFilter, filter }: RowQuery): Filter | null {
  return allOf(rowFilter, filter);
}

function parse(asked: Asked, view: View): RowQuery {
  const parsed = 'search' in asked ? parseRowQuery(asked.search, view) : parseQueryBody(asked.body, view);
  if (parsed.ok) return parsed.query;
  const { faults } = parsed;
  const count = faults.length === 1 ? '1 parameter was' : `${faults.length} parameters were`;
  throw new HttpProblem('invalid_query', { detail: `${count} not understood`, faults });
}

/** The publisher may have changed what consumers see since the cursor was given: then it does not go on. */
function viewAt(source: RowSource, fields: Field[]): View {
  try {
    return source.viewOf(fields);
  } catch (error) {
    throw fields === source.fields ? error : cursorMismatch();
  }
}

const hashesOfViews = new WeakMap<View, string>();

/** Names what a view lets see and ask for. */
function viewHash(view: View): string {
  const known = hashesOfViews.get(view);
  if (known !== undefined) return known;
  const hash = hashOf(JSON.stringify(view));
  hashesOfViews.set(view, hash);
  return hash;
}
