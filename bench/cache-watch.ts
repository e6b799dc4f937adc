import type { Stack } from '../test/support/stack';
import type { Workload } from './workloads/workloads';

/** Caches of the product that count, and where they tell it. */
const CACHES = [
  { name: 'answers', process: 'gateway-1', metric: 'sluice_answer_cache_total' },
  { name: 'plans', process: 'gateway-1', metric: 'sluice_plan_cache_total' },
  { name: 'row blocks', process: 'catalogue-1', metric: 'sluice_row_blocks_total' },
  { name: 'key indexes', process: 'catalogue-1', metric: 'sluice_key_indexes_total' },
  { name: 'sorted columns', process: 'catalogue-1', metric: 'sluice_sorted_columns_total' },
] as const;
const MAX_HIT_SHARE = 0.01;

interface Lookups {
  hits: number;
  misses: number;
}

/** Adds up what the caches had at hand while the product had its turns. */
export class CacheWatch {
  private readonly seen = new Map<string, Lookups>();

  constructor(private readonly stack: Stack) {}

  async during(turn: () => Promise<void>): Promise<void> {
    const before = await this.read();
    await turn();
    const after = await this.read();
    CACHES.forEach(({ name }, index) => {
      const known = this.seen.get(name) ?? { hits: 0, misses: 0 };
      const grown = (of: keyof Lookups) => (after[index]?.[of] ?? 0) - (before[index]?.[of] ?? 0);
      this.seen.set(name, { hits: known.hits + grown('hits'), misses: known.misses + grown('misses') });
    });
  }

  /** One line of hits and misses. */
  text(): string {
    return [...this.seen].map(([name, { hits, misses }]) => `${name} ${hits} hits ${misses} misses`).join(', ');
  }

  /** Says so where a workload that no cache may answer was answered by one. */
  faultOf({ name, cached }: Workload): string | null {
    const { hits, misses } = this.seen.get('answers') ?? { hits: 0, misses: 0 };
    if (cached || hits <= MAX_HIT_SHARE * (hits + misses)) return null;
    return `${name}: ${hits} of ${hits + misses} answers came from the cache`;
  }

  private read(): Promise<Lookups[]> {
    const reading = CACHES.map(async ({ process, metric }) => {
      const [hits, misses] = await Promise.all([
        this.stack.metric(process, `${metric}{outcome="hit"}`),
        this.stack.metric(process, `${metric}{outcome="miss"}`),
      ]);
      return { hits, misses };
    });
    return Promise.all(reading);
  }
}
