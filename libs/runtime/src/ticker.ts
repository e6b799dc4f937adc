import { Logger } from '@nestjs/common';

/** A stop waits no longer for a turn: a supervisor ends a process that does not stop within 10 s. */
const STOP_LIMIT_MS = 5_000;

interface TickerOptions {
  /** Names the work in the log. */
  name: string;
  everyMs: number;
  /** Begins with a turn; otherwise the first one comes after `everyMs`. */
  atOnce?: boolean;
  turn(): void | Promise<void>;
}

/**
 * Repeats a task every `everyMs` milliseconds, never twice at once: while a turn is at work, those that fall due are left
 * out. A failure is logged and the next turn tries again. A ticker keeps no process alive.
 */
export class Ticker {
  private readonly logger: Logger;
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | null = null;

  constructor(private readonly options: TickerOptions) {
    this.logger = new Logger(options.name);
  }

  start(): void {
    if (this.options.atOnce) this.tick();
    this.timer = setInterval(() => this.tick(), this.options.everyMs).unref();
  }

  /** Begins no more turns, and waits for the one at work, 5 s at most. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    const tooLate = new Promise<void>((resolve) => setTimeout(resolve, STOP_LIMIT_MS).unref());
    await Promise.race([this.running, tooLate]);
  }

  private tick(): void {
    this.running ??= this.takeTurn().finally(() => {
      this.running = null;
    });
  }

  private async takeTurn(): Promise<void> {
    try {
      await this.options.turn();
    } catch (error) {
      this.logger.warn(String(error));
    }
  }
}
