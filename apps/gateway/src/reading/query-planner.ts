import { Injectable } from '@nestjs/common';
import { getVersion } from '@sluice/contracts/catalogue/datasets';
import type { RowKey } from '@sluice/contracts/catalogue/rows';
import type { Field } from '@sluice/contracts/fields';
import type { Snapshot } from '@sluice/contracts/snapshot';
import { isRefusal } from '@sluice/messaging/service-error';
import { Services } from '@sluice/messaging/services';
import { canonicalQuery } from '@sluice/query/reading/canonical-query';
import { type Asked, cursorOf, parseQuery } from '@sluice/query/reading/parse-query';
import type { RowQuery } from '@sluice/query/reading/row-query';
import type { View } from '@sluice/query/views/view';
import { allowedFormats } from '@sluice/query/views/view-rules';
import { remembered } from '@sluice/runtime/remembered';
import { LRUCache } from 'lru-cache';
import { HttpProblem, invalidQuery } from '../http/problem';
import { CursorSeal, cursorMismatch, hashOf } from './cursor-seal';
import { InstallationKey, nameOf } from './installation-key';
import type { PagePlan } from './page-plan';
import { resultText } from './read-snapshot';
import type { RowSource } from './row-source';
import { snapshotText } from './snapshot-text';

/** The place where a page begins: the source's own snapshot, or what its cursor says. */
interface Start {
  snapshot: Snapshot;
  version: number;
  after?: RowKey;
  queryHash?: string;
}

const MAX_REMEMBERED_VERSIONS = 200;

/** Turns a query as it came into the plan of a page. No rows are read. */
@Injectable()
export class QueryPlanner {
  private readonly fieldsOfVersions = new LRUCache<string, Field[]>({ max: MAX_REMEMBERED_VERSIONS });

  constructor(
    private readonly services: Services,
    private readonly cursors: CursorSeal,
    private readonly installation: InstallationKey,
  ) {}

  /** Understands a query whole, or refuses it with every fault; `since` is set where changes are asked for. */
  async plan(source: RowSource, asked: Asked, since: Snapshot | null = null): Promise<PagePlan> {
    const start = await this.findStart(source, cursorOf(asked));
    const view = viewAt(source, await this.fieldsAt(source, start));
    const query = parse(asked, view);
    const resultQuery = sinceThen(since, canonicalQuery(query, view, false));
    const resultHash = hashOf(`${viewHash(view)}\n${resultQuery}`);
    if (start.queryHash !== undefined && start.queryHash !== resultHash) throw cursorMismatch();
    const { snapshot, version, after } = start;
    const canonical = sinceThen(since, canonicalQuery(query, view, true));
    const { versionId, seq } = snapshot;
    const secret = await this.installation.fetch();
    const answer = [source.id, source.address, source.api, viewHash(view), versionId, seq, canonical];
    const tag = nameOf(secret, 'answer', answer.join('\n'));
    const resultName = nameOf(secret, 'result', resultText(query));
    const formats = allowedFormats(view);
    const delivery = { format: query.format ?? formats[0] ?? 'json', formats, exports: view.export };
    const changes = since && { since, exposed: view.fields.map(({ name }) => name) };
    const result = { resultQuery, resultHash, resultName };
    return { source, query, canonical, ...result, snapshot, version, after, changes, ...delivery, tag };
  }

  /** Gives a source as it was at a snapshot of its dataset, whatever was published since. */
  async sourceAt(source: RowSource, at: Pick<Start, 'snapshot' | 'version'>): Promise<RowSource> {
    const { snapshot, version } = at;
    return { ...source, snapshot, version, fields: await this.fieldsAt(source, at), modifiedAt: null };
  }

  /** A cursor goes on in the snapshot that it started in, whatever was published since. */
  private async findStart(source: RowSource, cursor: string | null): Promise<Start> {
    return cursor === null ? source : await this.cursors.open(cursor, source.id);
  }

  private async fieldsAt(
    source: RowSource,
    { snapshot, version }: Pick<Start, 'snapshot' | 'version'>,
  ): Promise<Field[]> {
    if (snapshot.versionId === source.snapshot.versionId) return source.fields;
    const known = this.fieldsOfVersions.get(snapshot.versionId);
    if (known) return known;
    const { fields } = await this.services
      .request(getVersion, { datasetId: source.datasetId, number: version })
      .catch((error: unknown) => {
        const isGone =
          isRefusal(error, getVersion, 'version_not_found') || isRefusal(error, getVersion, 'dataset_not_found');
        throw isGone ? new HttpProblem('snapshot_gone', { detail: 'the version was deleted: start again' }) : error;
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

function parse(asked: Asked, view: View): RowQuery {
  const parsed = parseQuery(asked, view);
  if (parsed.ok) return parsed.query;
  throw invalidQuery(parsed.faults);
}

/** The publisher may have changed what consumers see since the cursor was given: then it does not go on. */
function viewAt(source: RowSource, fields: Field[]): View {
  try {
    return source.viewOf(fields);
  } catch (error) {
    throw fields === source.fields ? error : cursorMismatch();
  }
}

/** Names what a view lets see and ask for. */
const viewHash = remembered((view: View) => hashOf(JSON.stringify(view)));
