import { Injectable } from '@nestjs/common';
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

  async plan(source: RowSource, search: string): Promise<PagePlan> {
    let known = this.plans.get(source);
    if (!known) {
      known = new LRUCache({ max: MAX_PLANS });
      this.plans.set(source, known);
    }
    const plan = known.get(search) ?? (await this.pages.plan(source, { search }));
    if (search.length <= MAX_SEARCH_LENGTH) known.set(search, plan);
    return plan;
  }
}
