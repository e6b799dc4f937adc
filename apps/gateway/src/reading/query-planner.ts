import { Injectable } from '@nestjs/common';
import type { RowKey } from '@sluice/contracts/catalogue/rows';
import type { Field } from '@sluice/contracts/fields';
import type { Snapshot } from '@sluice/contracts/snapshot';
import { canonicalQuery } from '@sluice/query/reading/canonical-query';
import { type Asked, type AskedStart, parseQuery, startOf } from '@sluice/query/reading/parse-query';
import type { RowQuery } from '@sluice/query/reading/row-query';
import type { View } from '@sluice/query/views/view';
import { allowedFormats } from '@sluice/query/views/view-rules';
import { remembered } from '@sluice/runtime/remembered';
import { HttpProblem, invalidQuery } from '../http/problem';
import { CursorSeal, cursorMismatch, hashOf } from './cursor-seal';
import { History } from './history';
import { InstallationKey, nameOf } from './installation-key';
import { KnownVersions } from './known-versions';
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

/** Turns a query as it came into the plan of a page. No rows are read. */
@Injectable()
export class QueryPlanner {
  constructor(
    private readonly versions: KnownVersions,
    private readonly history: History,
    private readonly cursors: CursorSeal,
    private readonly installation: InstallationKey,
  ) {}

  /** Understands a query whole, or refuses it with every fault; `since` is set where changes are asked for. */
  async plan(source: RowSource, asked: Asked, since: Snapshot | null = null): Promise<PagePlan> {
    const asks = startOf(asked);
    const start = await this.findStart(source, asks);
    const [fields, commit] = await Promise.all([this.fieldsAt(source, start), this.versions.commitAt(source, start)]);
    const view = viewAt(source, fields, asks.at !== null && asks.cursor === null);
    const parsed = parse(asked, view);
    // As of a time means as of the commit of then, which is what links and cursors go on with.
    const query = parsed.at === null || commit === null ? parsed : { ...parsed, at: String(commit) };
    const resultQuery = sinceThen(since, canonicalQuery(query, view, false));
    const resultHash = hashOf(`${viewHash(view)}\n${resultQuery}`);
    if (start.queryHash !== undefined && start.queryHash !== resultHash) throw cursorMismatch();
    const { snapshot, version, after } = start;
    const canonical = sinceThen(since, canonicalQuery(query, view, true));
    const { versionId, seq } = snapshot;
    const secret = await this.installation.fetch();
    const answer = [source.id, source.address, source.api, viewHash(view), versionId, seq, commit, canonical];
    const tag = nameOf(secret, 'answer', answer.join('\n'));
    const resultName = nameOf(secret, 'result', resultText(query));
    const formats = allowedFormats(view);
    const delivery = { format: query.format ?? formats[0] ?? 'json', formats, exports: view.export };
    const changes = since && { since, exposed: view.fields.map(({ name }) => name) };
    const result = { resultQuery, resultHash, resultName };
    return { source, query, fields, canonical, ...result, snapshot, version, commit, after, changes, ...delivery, tag };
  }

  /** Gives a source as it was at a snapshot of its dataset, whatever was published since. */
  async sourceAt(source: RowSource, at: Pick<Start, 'snapshot' | 'version'>): Promise<RowSource> {
    const { snapshot, version } = at;
    const firstCommit = snapshot.versionId === source.snapshot.versionId ? source.firstCommit : null;
    return { ...source, snapshot, version, firstCommit, fields: await this.fieldsAt(source, at), modifiedAt: null };
  }

  /** A cursor goes on in the snapshot that it started in, whatever was published since. */
  private async findStart(source: RowSource, { cursor, at }: AskedStart): Promise<Start> {
    if (cursor !== null) return await this.cursors.open(cursor, source.id);
    return at === null ? source : await this.history.find(source, at);
  }

  private async fieldsAt(source: RowSource, at: Pick<Start, 'snapshot' | 'version'>): Promise<Field[]> {
    if (at.snapshot.versionId === source.snapshot.versionId) return source.fields;
    const known = await this.versions.find(source, at);
    if (!known) throw new HttpProblem('snapshot_gone', { detail: 'the version was deleted: start again' });
    return known.fields;
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

/** The publisher may have changed what consumers see since the cursor was given, or the version: then there is no view. */
function viewAt(source: RowSource, fields: Field[], isAt: boolean): View {
  try {
    return source.viewOf(fields);
  } catch (error) {
    if (fields === source.fields) throw error;
    throw isAt ? doesNotFit() : cursorMismatch();
  }
}

function doesNotFit(): HttpProblem {
  const detail = 'the version of then lacks a field that this API chooses its rows by';
  return invalidQuery([{ in: 'query', name: '_at', code: 'unknown_commit', detail }]);
}

/** Names what a view lets see and ask for. */
const viewHash = remembered((view: View) => hashOf(JSON.stringify(view)));
