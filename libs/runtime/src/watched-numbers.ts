import { Gauge } from 'prom-client';

/**
 * Tells numbers that somebody else keeps, for /metrics: they are read when it is asked for, and cost nothing until then. One
 * that watches the same as an earlier one takes its place.
 */
export class WatchedNumbers {
  private readonly readers = new Map<string, () => number>();

  /** `label` is what tells the numbers apart; without it there is one. */
  constructor(name: string, help: string, label?: string) {
    const gauge: Gauge = new Gauge({
      name,
      help,
      labelNames: label === undefined ? [] : [label],
      collect: () => {
        gauge.reset();
        for (const [value, read] of this.readers) {
          if (label === undefined) gauge.set(read());
          else gauge.set({ [label]: value }, read());
        }
      },
    });
  }

  /** Tells the number that `read` gives from now on. */
  watch(read: () => number, value = ''): void {
    this.readers.set(value, read);
  }
}
