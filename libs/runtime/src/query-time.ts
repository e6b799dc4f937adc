/** Adds up the milliseconds that the engine works for one request; statements that run at one time count each. */
export class QueryTime {
  private endedMs = 0;
  private running = 0;
  /** The sum of the moments at which those that run were begun. */
  private begunMs = 0;
  private hear: ((totalMs: number) => void) | undefined;

  /** All so far, with what has not ended yet. */
  get totalMs(): number {
    return this.endedMs + this.running * performance.now() - this.begunMs;
  }

  /** Counts a piece of work from now until it ends, well or not. */
  async measure<T>(work: () => Promise<T>): Promise<T> {
    const startedMs = performance.now();
    this.running++;
    this.begunMs += startedMs;
    try {
      return await work();
    } finally {
      this.running--;
      this.begunMs -= startedMs;
      this.add(performance.now() - startedMs);
    }
  }

  /** Adds what another process worked. */
  add(ms: number): void {
    this.endedMs += ms;
    this.hear?.(this.totalMs);
  }

  /** Tells the total to one listener, now and whenever something is added. */
  follow(hear: (totalMs: number) => void): void {
    this.hear = hear;
    hear(this.totalMs);
  }
}
