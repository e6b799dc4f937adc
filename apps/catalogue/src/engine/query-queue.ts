/** The queue is full: the caller should come back later rather than wait for ever. */
export class QueueFull extends Error {}

/**
 * Lets at most `running` pieces of work run at once and at most `waiting` wait for a place, in the order of their
 * arrival. A piece that is aborted while it waits never starts.
 */
export class QueryQueue {
  private running = 0;
  private readonly line: (() => void)[] = [];

  constructor(private readonly limits: { running: number; waiting: number }) {}

  async run<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted();
    await this.enter(signal);
    try {
      return await work();
    } finally {
      this.leave();
    }
  }

  private async enter(signal: AbortSignal | undefined): Promise<void> {
    if (this.running < this.limits.running) {
      this.running++;
      return;
    }
    if (this.line.length >= this.limits.waiting) throw new QueueFull('too many queries are waiting');
    await new Promise<void>((resolve, reject) => {
      const admit = () => {
        signal?.removeEventListener('abort', giveUp);
        resolve();
      };
      const giveUp = () => {
        this.line.splice(this.line.indexOf(admit), 1);
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', giveUp, { once: true });
      this.line.push(admit);
    });
  }

  /** Hands the place to the next in line, so that the count of running work never drops in between. */
  private leave(): void {
    const next = this.line.shift();
    if (next) next();
    else this.running--;
  }
}
