import { Injectable } from '@nestjs/common';
import type { Soon } from '@sluice/runtime/at-once';
import { LRUCache } from 'lru-cache';
import { type PagePlan, Pages } from './pages';
import type { RowSource } from './row-source';

const MAX_PLANS = 1_000;
const MAX_SEARCH_LENGTH = 2_000;

/** Query strings that were understood before, for each state of an API: programs ask the same again and again. */
@Injectable()
export class PlanCache {
  private readonly plans = new WeakMap<RowSource, LRUCache<string, PagePlan>>();

  constructor(private readonly pages: Pages) {}

  plan(source: RowSource, search: string): Soon<PagePlan> {
    return this.plans.get(source)?.get(search) ?? this.make(source, search);
  }

  private async make(source: RowSource, search: string): Promise<PagePlan> {
    const plan = await this.pages.plan(source, { search });
    const known = this.plans.get(source) ?? new LRUCache({ max: MAX_PLANS });
    this.plans.set(source, known);
    if (search.length <= MAX_SEARCH_LENGTH) known.set(search, plan);
    return plan;
  }
}
