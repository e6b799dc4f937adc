const KEPT = 256;
const LEAST = 20;
const RECKONED_EVERY = 64;
const SHARE = 0.99;

/** Knows how long something usually takes, by the last 256 times. */
export class UsualDuration {
  private readonly last = new Float64Array(KEPT);
  private count = 0;
  private usualMs: number | null = null;

  add(ms: number): void {
    this.last[this.count++ % KEPT] = ms;
    if (this.count === LEAST || this.count % RECKONED_EVERY === 0) this.usualMs = this.reckon();
  }

  /** The time within which 99 of 100 were done, in milliseconds; null while too few are known. */
  get p99Ms(): number | null {
    return this.usualMs;
  }

  private reckon(): number {
    const sorted = this.last.slice(0, Math.min(this.count, KEPT)).sort();
    return sorted[Math.ceil(sorted.length * SHARE) - 1] ?? 0;
  }
}
