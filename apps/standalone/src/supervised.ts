import type { HostedPart } from './embedded/engine';
import type { Exit } from './machine/hosted-process';

const FIRST_DELAY_MS = 100;
const MAX_DELAY_MS = 10_000;
/** A part that ran this long starts again with the first delay. */
const STEADY_MS = 30_000;

interface Supervision {
  /** Tells that a part ended by itself and when it comes back. */
  onExit: (name: string, exit: Exit, delayMs: number) => void;
}

/** Keeps one part running: after an end that nobody asked for it starts again, later each time that it does not last. */
export class Supervised {
  /** Counts the calls of `start` and `stop`: a watch that belongs to an earlier one has nothing to do any more. */
  private turn = 0;
  private delayMs = FIRST_DELAY_MS;
  private startedAtMs = 0;
  private wake: () => void = () => {};

  constructor(
    readonly name: string,
    readonly part: HostedPart,
    private readonly supervision: Supervision,
  ) {}

  async start(): Promise<void> {
    const turn = ++this.turn;
    await this.launch();
    void this.watch(turn);
  }

  /** Ends it and keeps it ended until the next `start`. */
  async stop(): Promise<void> {
    this.turn++;
    this.wake();
    await this.part.stop();
  }

  private launch(): Promise<void> {
    this.startedAtMs = performance.now();
    return this.part.start();
  }

  private async watch(turn: number): Promise<void> {
    for (;;) {
      const exit = await this.part.exited;
      if (turn !== this.turn) return;
      const lasted = performance.now() - this.startedAtMs > STEADY_MS;
      this.delayMs = lasted ? FIRST_DELAY_MS : this.delayMs;
      this.supervision.onExit(this.name, exit, this.delayMs);
      await this.pause(this.delayMs);
      if (turn !== this.turn) return;
      this.delayMs = Math.min(this.delayMs * 2, MAX_DELAY_MS);
      // An engine that does not come up has also exited, which the next turn sees.
      await this.launch().catch(() => {});
    }
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
