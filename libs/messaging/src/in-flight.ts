/** Counts the work in progress: bounds it, and tells when the last piece is done. */
export class InFlight {
  private count = 0;
  private readonly waiting = new Set<() => void>();

  constructor(private readonly limit: number) {}

  /** Tells how many pieces of work are in progress. */
  get size(): number {
    return this.count;
  }

  /** Takes a place; the result gives it back. Null when all are taken. */
  enter(): (() => void) | null {
    if (this.count >= this.limit) return null;
    this.count++;
    return () => {
      this.count--;
      if (this.count === 0) for (const done of this.waiting) done();
    };
  }

  /** Resolves when nothing is in progress, after `limitMs` milliseconds at the latest. */
  async idle(limitMs: number): Promise<void> {
    if (this.count === 0) return;
    await new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.waiting.delete(done);
        resolve();
      };
      const timer = setTimeout(done, limitMs);
      this.waiting.add(done);
    });
  }
}
