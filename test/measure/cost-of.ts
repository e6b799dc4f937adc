import { filled } from './filled';

const RUNS = 7;
const YARDSTICK_BYTES = 256 * 1024;

/**
 * Measures the processor time of some work in milliseconds, the least of seven runs: others share the machine, and what
 * they take must not count.
 */
export function costOf(work: () => unknown): number {
  let least = Number.POSITIVE_INFINITY;
  for (let run = 0; run < RUNS; run++) {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, (user + system) / 1_000);
  }
  return least;
}

/**
 * Tells how many times slower this machine is now than a quiet core of 2026, at least 1: that one parses 256 KiB of JSON
 * members in 5 ms. Limits in milliseconds are stretched by it.
 */
export function slowness(): number {
  const text = `{${filled('"custommer_#":1', YARDSTICK_BYTES, ',')}}`;
  return Math.max(1, costOf(() => JSON.parse(text)) / 5);
}
