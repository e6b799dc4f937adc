import { Injectable } from '@nestjs/common';
import { changeFormats } from '@sluice/contracts/catalogue/row-changes';
import type { Snapshot } from '@sluice/contracts/catalogue/rows';
import type { Fault } from '@sluice/contracts/fault';
import { type Format } from '@sluice/contracts/formats';
import type { Route } from '@sluice/contracts/registry/routes';
import { ServiceError } from '@sluice/messaging/service-error';
import { controls } from '@sluice/query/reading/parse-query';
import { HttpProblem } from '../http/problem';
import { Snapshots } from '../routing/snapshots';
import { type PagePlan, Pages } from './pages';
import { isOfOther } from './read-snapshot';
import { type RowSource, sourceOfRoute } from './row-source';
import { parseSnapshot } from './snapshot-text';

/** Changes are told in the order in which they came, one for each key, and each as it is. */
const controlsOfRows = ['_sort', '_group', '_agg', '_offset', '_count', '_shape', '_bom', '_formulas'];

/** What a query of changes takes of those for rows. */
export const changeControls = controls.filter((name) => !controlsOfRows.includes(name));

/** `{path}/_changes?since=…`: what became of the rows of a query since an earlier snapshot. */
@Injectable()
export class Changes {
  constructor(
    private readonly pages: Pages,
    private readonly snapshots: Snapshots,
  ) {}

  /** The plan of a page of changes; everything that was not understood is told at once. */
  async plan(route: Route, search: string): Promise<PagePlan> {
    const parameters = new URLSearchParams(search);
    const given = parameters.getAll('since');
    parameters.delete('since');
    const [text = ''] = given;
    const since = parseSnapshot(text);
    const faults = [...sinceFaults(given, since), ...controlFaults(parameters)];
    const now = since && !parameters.has('_cursor') ? await this.reached(route, since, faults) : route;
    const source = changesOf(sourceOfRoute(now));
    const plan = await this.pages.plan(source, { search: parameters.toString() }, since).catch((error: unknown) => {
      if (!(error instanceof ServiceError) || error.code !== 'invalid_query') throw error;
      throw refused([...faults, ...error.faults]);
    });
    const formats = plan.formats.filter(isChangeFormat);
    if (formats.length === 0)
      throw new HttpProblem('not_found', { detail: 'changes are JSON or NDJSON, and this API has neither' });
    const { format } = plan.query;
    if (format !== null && !isChangeFormat(format)) {
      const detail = 'changes are not told in this format';
      faults.push({ in: 'query', name: '_format', code: 'not_allowed', detail, allowed: formats });
    }
    if (faults.length > 0) throw refused(faults);
    if (isOfOther(text, plan.query)) {
      throw gone('the snapshot was read with other filters or fields, or the API has been changed since');
    }
    return { ...plan, formats, format: format ?? formats[0] ?? 'json' };
  }

  /** The route as it is now, at least as far as the snapshot: whoever names one has read it somewhere. */
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

function controlFaults(parameters: URLSearchParams): Fault[] {
  const names = [...new Set(parameters.keys())].filter((name) => controlsOfRows.includes(name));
  const detail = 'changes are told in the order in which they came, one for each key';
  return names.map((name) => ({ in: 'query', name, code: 'not_allowed', detail }));
}

function refused(faults: readonly Fault[]): HttpProblem {
  const count = faults.length === 1 ? '1 parameter was' : `${faults.length} parameters were`;
  return new HttpProblem('invalid_query', { detail: `${count} not understood`, faults });
}

function gone(why: string): HttpProblem {
  return new HttpProblem('full_read_required', { detail: `${why}: read all rows once more and go on from there` });
}
