import { Injectable } from '@nestjs/common';
import type { Soon } from '@sluice/runtime/at-once';
import { CountedLookups } from '@sluice/runtime/counted-lookups';
import { remembered } from '@sluice/runtime/remembered';
import { LRUCache } from 'lru-cache';
import { InstallationKey } from './installation-key';
import type { PagePlan } from './page-plan';
import { QueryPlanner } from './query-planner';
import type { RowSource } from './row-source';

const MAX_PLANS = 1_000;
const MAX_SEARCH_LENGTH = 2_000;
const lookups = new CountedLookups('sluice_plan_cache_total', 'Query strings that a plan was at hand for, or not');

/**
 * Keeps the plans of query strings for each state of an API, as long as the installation's keys stay: programs ask the same
 * again and again.
 */
@Injectable()
export class PlanCache {
  private plansOf = newPlansOf();
  private generation = 0;

  constructor(
    private readonly planner: QueryPlanner,
    private readonly installation: InstallationKey,
  ) {}

  /** Gives the plan of a query string, or refuses it with every fault. */
  plan(source: RowSource, search: string, resource: 'rows' | 'exports' = 'rows'): Soon<PagePlan> {
    if (this.generation !== this.installation.generation) {
      this.generation = this.installation.generation;
      this.plansOf = newPlansOf();
    }
    const known = this.plansOf[resource](source).get(search);
    lookups.count(known !== undefined);
    return known ?? this.make(source, search, resource);
  }

  private async make(source: RowSource, search: string, resource: 'rows' | 'exports'): Promise<PagePlan> {
    const { generation } = this;
    const plan = await this.planner.plan(source, { resource, search });
    // The commit of a time, and whether its rows are kept, is for the catalogue to say.
    const stays = plan.query.at === null && plan.commit !== null;
    if (stays && search.length <= MAX_SEARCH_LENGTH && generation === this.installation.generation)
      this.plansOf[resource](source).set(search, plan);
    return plan;
  }
}

function newPlansOf() {
  return { rows: remembered(newPlans), exports: remembered(newPlans) };
}

function newPlans(_: RowSource) {
  return new LRUCache<string, PagePlan>({ max: MAX_PLANS });
}
