import { Injectable } from '@nestjs/common';
import { changeFormats } from '@sluice/contracts/catalogue/row-changes';
import type { Fault } from '@sluice/contracts/fault';
import { Format } from '@sluice/contracts/formats';
import type { Route } from '@sluice/contracts/registry/routes';
import type { Snapshot } from '@sluice/contracts/snapshot';
import { ServiceError } from '@sluice/messaging/service-error';
import { HttpProblem, invalidQuery } from '../http/problem';
import { Snapshots } from '../routing/snapshots';
import { InstallationKey } from './installation-key';
import type { PagePlan } from './page-plan';
import { QueryPlanner } from './query-planner';
import { isOfOther } from './read-snapshot';
import { type RowSource, sourceOfRoute } from './row-source';
import { parseSnapshot } from './snapshot-text';

/** Plans pages of `{path}/_changes?since=…`: what became of the rows of a query since an earlier snapshot. */
@Injectable()
export class ChangesPlanner {
  constructor(
    private readonly planner: QueryPlanner,
    private readonly snapshots: Snapshots,
    private readonly installation: InstallationKey,
  ) {}

  /** Understands a query of changes whole, or refuses it with every fault. */
  async plan(route: Route, search: string): Promise<PagePlan> {
    const parameters = new URLSearchParams(search);
    const given = parameters.getAll('since');
    parameters.delete('since');
    const [text = ''] = given;
    const since = parseSnapshot(text);
    const faults = [...sinceFaults(given, since), ...formatFaults(parameters)];
    const now = since && !parameters.has('_cursor') ? await this.reached(route, since, faults) : route;
    const asked = { resource: 'changes' as const, search: parameters.toString() };
    const plan = await this.planner.plan(changesOf(sourceOfRoute(now)), asked, since).catch((error: unknown) => {
      if (!(error instanceof ServiceError) || error.code !== 'invalid_query') throw error;
      throw invalidQuery([...faults, ...error.faults]);
    });
    const formats = plan.formats.filter(isChangeFormat);
    if (formats.length === 0)
      throw new HttpProblem('not_found', { detail: 'changes are JSON or NDJSON, and this API has neither' });
    if (faults.length > 0) throw invalidQuery(faults);
    const secret = await this.installation.fetch();
    if (isOfOther(text, plan, secret, this.installation.takesOlderNames(secret))) {
      throw gone('the snapshot was read with other filters or fields, or the API has been changed since');
    }
    return { ...plan, formats, format: plan.query.format ?? formats[0] ?? 'json' };
  }

  /** Gives the route as it is now, at least as far as the snapshot: it was read somewhere, so it exists. */
  private async reached(route: Route, since: Snapshot, faults: Fault[]): Promise<Route> {
    const { snapshot, pinned } = route;
    if (since.versionId !== snapshot.versionId) {
      // Ids grow with time: a newer version has not arrived here yet.
      if (since.versionId > snapshot.versionId && !pinned)
        throw new HttpProblem('unavailable', { detail: 'the version has not arrived here yet' });
      throw gone('the snapshot is of another version than the one that this API serves now');
    }
    if (since.seq <= snapshot.seq) return route;
    if (pinned) throw gone('this API stays at an earlier snapshot now');
    if (await this.snapshots.reaches(since)) return await this.snapshots.current(route);
    faults.push({ in: 'query', name: 'since', code: 'unknown_snapshot', detail: 'there is no such snapshot' });
    return route;
  }
}

function changesOf(source: RowSource): RowSource {
  return { ...source, address: `${source.address}/_changes` };
}

function isChangeFormat(format: Format): format is (typeof changeFormats)[number] {
  return changeFormats.some((each) => each === format);
}

function sinceFaults(given: readonly string[], since: Snapshot | null): Fault[] {
  const fault = (code: string, detail: string): Fault => ({ in: 'query', name: 'since', code, detail });
  const hint = 'as `meta.snapshot` and Sluice-Snapshot have it';
  if (given.length === 0) return [fault('required', `name the snapshot that you have, ${hint}`)];
  if (given.length > 1) return [fault('duplicate_parameter', 'since may be given once')];
  return since ? [] : [fault('invalid_value', `write the snapshot ${hint}`)];
}

function formatFaults(parameters: URLSearchParams): Fault[] {
  const format = Format.safeParse(parameters.get('_format'));
  if (!format.success || isChangeFormat(format.data)) return [];
  const detail = 'changes are not told in this format';
  return [{ in: 'query', name: '_format', code: 'not_allowed', detail, allowed: [...changeFormats] }];
}

function gone(why: string): HttpProblem {
  return new HttpProblem('full_read_required', { detail: `${why}: read all rows once more and go on from there` });
}
