import { Injectable } from '@nestjs/common';
import { findCommit } from '@sluice/contracts/catalogue/commits';
import type { ReplyOf } from '@sluice/contracts/contract';
import type { Route } from '@sluice/contracts/registry/routes';
import { isRefusal, type ServiceError } from '@sluice/messaging/service-error';
import { Services } from '@sluice/messaging/services';
import { HttpProblem, invalidQuery } from '../http/problem';
import type { PagePlan } from '../reading/page-plan';
import { QueryPlanner } from '../reading/query-planner';
import { sourceOfRoute } from '../reading/row-source';
import { readDeltaTime } from './delta-time';

export type CommitFound = ReplyOf<typeof findCommit>;

/** A table as of a version, which is the number of a commit. */
export interface TableState {
  version: number;
  plan: PagePlan;
}

/** Finds the versions of tables, and what an API shows of them. */
@Injectable()
export class TableStates {
  constructor(
    private readonly services: Services,
    private readonly planner: QueryPlanner,
  ) {}

  /** Plans the whole table as of a version, or of now. What the API does not show is refused as a query for it is. */
  async at(route: Route, version?: number): Promise<TableState> {
    const search = version === undefined ? '' : `_at=${version}`;
    const plan = await this.planner.plan(sourceOfRoute(route), { resource: 'exports', search });
    if (plan.commit === null)
      throw new HttpProblem('unavailable', { detail: 'the versions of tables are not known yet' });
    return { version: plan.commit, plan };
  }

  /** Finds the last version up to a time. */
  async upTo(route: Route, parameter: string, time: string): Promise<CommitFound> {
    return await this.find(route, parameter, { time: timeOf(parameter, time) });
  }

  /** Finds the first version at or after a time that is kept; null where there is none yet. */
  async from(route: Route, parameter: string, text: string): Promise<number | null> {
    const time = timeOf(parameter, text);
    const { version: last } = await this.at(route);
    try {
      const { commit, at } = await this.services.request(findCommit, {
        datasetId: route.datasetId,
        at: { time },
        nearest: true,
      });
      if (at !== null && Date.parse(at) >= Date.parse(time)) return commit;
      return commit < last ? commit + 1 : null;
    } catch (error) {
      if (!isRefusal(error, findCommit, 'invalid_query')) throw error;
      // Before the first of all, or in a time to come.
      return Date.parse(time) > Date.now() ? null : (await this.find(route, parameter, { commit: 1 }, true)).commit;
    }
  }

  /** Finds a version by its number. */
  async byNumber(route: Route, parameter: string, commit: number): Promise<CommitFound> {
    return await this.find(route, parameter, { commit });
  }

  private async find(
    { datasetId }: Route,
    name: string,
    at: { commit: number } | { time: string },
    nearest = false,
  ): Promise<CommitFound> {
    return await this.services.request(findCommit, { datasetId, at, nearest }).catch((error: ServiceError) => {
      if (!isRefusal(error, findCommit, 'invalid_query')) throw error;
      throw invalidQuery([{ in: 'query', name, code: 'unknown_commit', detail: error.detail }]);
    });
  }
}

function timeOf(name: string, text: string): string {
  const time = readDeltaTime(text);
  if (time !== null) return time;
  const detail = 'write a time as 2026-01-31 13:45:00, in UTC, or as RFC 3339 has it';
  throw invalidQuery([{ in: 'query', name, code: 'invalid_value', detail }]);
}
