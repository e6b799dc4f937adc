import type { Route } from '@sluice/contracts/registry/routes';
import type { Snapshot } from '@sluice/contracts/snapshot';
import type { Soon } from '@sluice/runtime/at-once';
import type { FastifyRequest } from 'fastify';
import { HttpProblem } from '../http/problem';
import type { Snapshots } from '../routing/snapshots';
import { parseSnapshot } from './snapshot-text';

const HEADER = 'Sluice-Min-Snapshot';
const NAME = HEADER.toLowerCase();

/**
 * Brings a route up to date, at least as far as `Sluice-Min-Snapshot` asks for: a client that sent rows through another
 * gateway names the snapshot of that answer here and reads them at once.
 */
export function currentRoute(snapshots: Snapshots, route: Route, request: FastifyRequest): Soon<Route> {
  const header = request.headers[NAME];
  if (header === undefined || route.pinned) return snapshots.current(route);
  return routeFrom(snapshots, route, parse(String(header)));
}

async function routeFrom(snapshots: Snapshots, route: Route, asked: Snapshot): Promise<Route> {
  const { versionId } = route.snapshot;
  // Ids grow with time: the version that was asked for is an older one, or not here yet.
  if (asked.versionId > versionId)
    throw new HttpProblem('unavailable', { detail: 'the version has not arrived here yet' });
  if (asked.versionId === versionId && !(await snapshots.reaches(asked))) throw invalid('there is no such snapshot');
  return await snapshots.current(route);
}

function parse(text: string): Snapshot {
  const parsed = parseSnapshot(text);
  if (!parsed) throw invalid('write it as the answer to a send has it');
  return parsed;
}

function invalid(detail: string): HttpProblem {
  const fault = { in: 'header' as const, name: HEADER, code: 'invalid_value', detail };
  return new HttpProblem('malformed_request', { detail: `${HEADER} is not valid`, faults: [fault] });
}
