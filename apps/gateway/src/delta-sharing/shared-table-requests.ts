import { Injectable } from '@nestjs/common';
import type { Route } from '@sluice/contracts/registry/routes';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { HttpProblem, invalidQuery } from '../http/problem';
import { searchOf } from '../http/search';
import { currentRoute } from '../reading/min-snapshot';
import { Snapshots } from '../routing/snapshots';
import { readCapabilities } from './capabilities';
import { ChangesQuery, type QueryTable, readQueryTable, VersionQuery } from './query-table';
import { readQuery } from './read-query';
import type { TableAction } from './sharing-address';
import { TableAnswers } from './table-answers';
import { type ChangeRange, TableChanges } from './table-changes';
import { TableFiles } from './table-files';
import { fileLine, headLines, type Line, type ToldVersion } from './table-lines';
import { type TableState, TableStates } from './table-states';

/** Answers what is asked about one table. */
@Injectable()
export class SharedTableRequests {
  constructor(
    private readonly snapshots: Snapshots,
    private readonly states: TableStates,
    private readonly files: TableFiles,
    private readonly changes: TableChanges,
    private readonly answers: TableAnswers,
  ) {}

  async answer(request: FastifyRequest, reply: FastifyReply, known: Route, action: TableAction): Promise<void> {
    const route = await currentRoute(this.snapshots, known, request);
    const capabilities = readCapabilities(request);
    const search = searchOf(request);
    if (action === 'version') return await this.version(reply, route, search);
    const now = await this.states.at(route);
    if (action === 'metadata') {
      return await this.answers.send(reply, now.version, headLines(route, now, false), capabilities);
    }
    if (action === 'changes') {
      const query = readQuery(ChangesQuery, search);
      const range = await this.rangeOf(route, query, now);
      return await this.sendChanges(request, reply, route, range, now, query.includeHistoricalMetadata);
    }
    const query = await readQueryTable(request);
    const { startingVersion: from, endingVersion } = query;
    if (typeof from === 'number')
      return await this.sendChanges(request, reply, route, { from, to: endingVersion ?? now.version }, now, true);
    const { state, at } = await this.stateFor(route, query, now);
    const lines = this.rows(request, route, state, at);
    await this.answers.send(reply, state.version, lines, capabilities);
  }

  private async version(reply: FastifyReply, route: Route, search: string): Promise<void> {
    const { startingTimestamp: text } = readQuery(VersionQuery, search);
    if (text === undefined) return await this.answers.sendVersion(reply, (await this.states.at(route)).version);
    const version = await this.states.from(route, 'startingTimestamp', text);
    if (version === null) throw noneAfter('startingTimestamp');
    await this.answers.sendVersion(reply, version);
  }

  private async stateFor(
    route: Route,
    { version, timestamp }: QueryTable,
    now: TableState,
  ): Promise<{ state: TableState; at?: ToldVersion }> {
    const given = version ?? timestamp;
    if (given === undefined || given === null) return { state: now };
    const found =
      typeof given === 'number'
        ? await this.states.byNumber(route, 'version', given)
        : await this.states.upTo(route, 'timestamp', given);
    const state = await this.states.at(route, found.commit);
    return { state, at: { version: state.version, ...(found.at !== null && { timestamp: Date.parse(found.at) }) } };
  }

  private async *rows(
    request: FastifyRequest,
    route: Route,
    state: TableState,
    at: ToldVersion | undefined,
  ): AsyncGenerator<Line> {
    yield* headLines(route, state, at !== undefined);
    const file = await this.files.whole(request, route, state.plan);
    if (file) yield fileLine('file', file, at);
  }

  private async sendChanges(
    request: FastifyRequest,
    reply: FastifyReply,
    route: Route,
    range: ChangeRange,
    now: TableState,
    withMetadata: boolean,
  ): Promise<void> {
    request.dataClass = 'changes';
    await this.changes.expect(route, range, now);
    const lines = joined(headLines(route, now, false), this.changes.lines(request, route, range, withMetadata));
    await this.answers.send(reply, range.from, lines, readCapabilities(request));
  }

  private async rangeOf(
    route: Route,
    { startingVersion, startingTimestamp, endingVersion, endingTimestamp }: ChangesQuery,
    now: TableState,
  ): Promise<ChangeRange> {
    const from = startingVersion ?? (await this.states.from(route, 'startingTimestamp', startingTimestamp ?? ''));
    if (from === null) throw noneAfter('startingTimestamp');
    if (endingTimestamp === undefined) return { from, to: endingVersion ?? now.version };
    return { from, to: (await this.states.upTo(route, 'endingTimestamp', endingTimestamp)).commit };
  }
}

async function* joined(head: Iterable<Line>, rest: AsyncIterable<Line>): AsyncGenerator<Line> {
  yield* head;
  yield* rest;
}

function noneAfter(name: string): HttpProblem {
  return invalidQuery([
    { in: 'query', name, code: 'unknown_commit', detail: 'the table has no version of then or later' },
  ]);
}
