import { Injectable } from '@nestjs/common';
import { type Commit, listCommits } from '@sluice/contracts/catalogue/commits';
import { MAX_CHANGE_COMMITS } from '@sluice/contracts/catalogue/view-files';
import type { Route } from '@sluice/contracts/registry/routes';
import { Services } from '@sluice/messaging/services';
import type { FastifyRequest } from 'fastify';
import { HttpProblem, invalidQuery } from '../http/problem';
import { TableFiles } from './table-files';
import { fileLine, type Line, metadataLine, type ToldVersion } from './table-lines';
import { type TableState, TableStates } from './table-states';

const PAGE = 200;

/** The versions of a table whose changes are asked for, both included. */
export interface ChangeRange {
  from: number;
  to: number;
}

/** Tells what became of the rows of a table, version by version. */
@Injectable()
export class TableChanges {
  constructor(
    private readonly services: Services,
    private readonly states: TableStates,
    private readonly files: TableFiles,
  ) {}

  /** Refuses a range that cannot be told. */
  async expect(route: Route, { from, to }: ChangeRange, now: TableState): Promise<void> {
    const fault = (name: string, detail: string) =>
      invalidQuery([{ in: 'query', name, code: 'unknown_commit', detail }]);
    if (to > now.version) throw fault('endingVersion', `the last version is ${now.version}`);
    if (from > to) throw fault('startingVersion', `it is behind the last one asked for, ${to}`);
    if (to - from >= MAX_CHANGE_COMMITS) {
      const detail = `at most ${MAX_CHANGE_COMMITS} versions at a time: ask up to endingVersion ${from + MAX_CHANGE_COMMITS - 1} first`;
      throw fault('endingVersion', detail);
    }
    await this.states.byNumber(route, 'startingVersion', from);
    // What the first one changed is told against the state before it.
    if (from > 1) await this.states.byNumber(route, 'startingVersion', from - 1);
  }

  /**
   * Lines of the changes of each version of the range, in order, with what the table looked like after each publication where that is asked for; a
   * version that changed nothing that the API shows has none.
   */
  async *lines(request: FastifyRequest, route: Route, range: ChangeRange, withMetadata: boolean): AsyncGenerator<Line> {
    for (const ofVersion of byVersion(await this.commits(route, range))) {
      const [first, ...sends] = ofVersion;
      if (!first) continue;
      if (first.kind === 'publish') yield* this.publication(request, route, first, withMetadata);
      const told = first.kind === 'publish' ? sends : ofVersion;
      if (told.length > 0) yield* this.sends(request, route, told);
    }
  }

  /** What a publication changed: against the version before by its key, or by taking one file away and putting another one there. */
  private async *publication(
    request: FastifyRequest,
    route: Route,
    commit: Commit,
    withMetadata: boolean,
  ): AsyncGenerator<Line> {
    const at = toldVersion(commit);
    const state = await this.states.at(route, commit.commit);
    if (withMetadata) yield metadataLine(route, state, true);
    const { plan } = state;
    const before = commit.commit > 1 ? (await this.states.at(route, commit.commit - 1)).plan : null;
    const changed = before && (await this.files.changes(request, route, plan, before.snapshot));
    if (changed) {
      for (const file of changed) yield fileLine('cdf', file, at);
      return;
    }
    const [removed, added] = [
      before && (await this.files.whole(request, route, before)),
      await this.files.whole(request, route, plan),
    ];
    if (removed) yield fileLine('remove', removed, at);
    if (added) yield fileLine('add', added, at);
  }

  private async *sends(request: FastifyRequest, route: Route, commits: readonly Commit[]): AsyncGenerator<Line> {
    const [first, last] = [commits[0], commits.at(-1)];
    if (!first || !last) return;
    const { plan } = await this.states.at(route, last.commit);
    const before = { ...plan.snapshot, seq: first.seq - 1 };
    const files = await this.files.changes(request, route, plan, before);
    if (!files) throw new HttpProblem('snapshot_gone', { detail: 'these changes are not known any more' });
    const bySeq = new Map(commits.map((commit) => [commit.seq, commit]));
    for (const file of files) {
      const commit = bySeq.get(file.seq);
      if (commit) yield fileLine('cdf', file, toldVersion(commit));
    }
  }

  /** Lists the commits of a range, the oldest first. */
  private async commits({ datasetId }: Route, { from, to }: ChangeRange): Promise<Commit[]> {
    const found: Commit[] = [];
    for (let cursor: string | null = String(to + 1); cursor !== null; ) {
      const page: { data: Commit[]; page: { nextCursor: string | null } } = await this.services.request(listCommits, {
        datasetId,
        cursor,
        limit: PAGE,
      });
      found.push(...page.data.filter(({ commit }) => commit >= from));
      const isLast = (page.data.at(-1)?.commit ?? 0) <= from;
      cursor = isLast ? null : page.page.nextCursor;
    }
    return found.reverse();
  }
}

function byVersion(commits: readonly Commit[]): Commit[][] {
  const groups = new Map<number, Commit[]>();
  for (const commit of commits) groups.set(commit.version, [...(groups.get(commit.version) ?? []), commit]);
  return [...groups.values()];
}

function toldVersion({ commit: version, at }: Commit): ToldVersion {
  return { version, timestamp: Date.parse(at) };
}
