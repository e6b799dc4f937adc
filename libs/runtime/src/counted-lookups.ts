import { Counter } from 'prom-client';

/** Counts what a cache had at hand and what it had not, for /metrics: two plain numbers until somebody looks. */
export class CountedLookups {
  private hits = 0;
  private misses = 0;

  constructor(name: string, help: string) {
    const counter = new Counter({
      name,
      help,
      labelNames: ['outcome'],
      collect: () => {
        counter.reset();
        counter.inc({ outcome: 'hit' }, this.hits);
        counter.inc({ outcome: 'miss' }, this.misses);
      },
    });
  }

  count(isHit: boolean): void {
    if (isHit) this.hits++;
    else this.misses++;
  }
}
