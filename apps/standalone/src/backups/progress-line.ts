import type { TransferProgress } from '@sluice/backup/transfer-progress';

const TERMINAL_MS = 200;
/** In a log each line stays. */
const LOG_MS = 10_000;
const MIB = 1024 ** 2;

interface Output {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** Tells on a terminal how far a transfer is and how long it will take; elsewhere in a line now and then. */
export class ProgressLine implements TransferProgress {
  private readonly startedAtMs = performance.now();
  private shownAtMs = performance.now();
  private expected = 0;
  private moved = 0;
  private what = '';

  constructor(private readonly output: Output) {}

  expect(bytes: number): void {
    this.expected += bytes;
  }

  move(bytes: number): void {
    this.moved += bytes;
    const nowMs = performance.now();
    if (nowMs - this.shownAtMs < (this.output.isTTY ? TERMINAL_MS : LOG_MS)) return;
    this.shownAtMs = nowMs;
    this.show(nowMs);
  }

  say(what: string): void {
    this.what = what;
    if (this.output.isTTY) this.show(performance.now());
    else this.output.write(`  ${what} …\n`);
  }

  /** Leaves nothing of the line behind. */
  end(): void {
    if (this.output.isTTY) this.output.write('\r\x1b[K');
  }

  private show(nowMs: number): void {
    const total = Math.max(this.expected, this.moved);
    const seconds = (nowMs - this.startedAtMs) / 1_000;
    const perSecond = this.moved / Math.max(seconds, 0.001);
    const left = this.moved === 0 ? '' : `, ${inTime((total - this.moved) / perSecond)} left`;
    const line = `  ${this.what}: ${inMib(this.moved)} of ${inMib(total)}, ${inMib(perSecond)}/s${left}`;
    this.output.write(this.output.isTTY ? `\r\x1b[K${line}` : `${line}\n`);
  }
}

export function inMib(bytes: number): string {
  return bytes < 10 * MIB ? `${(bytes / MIB).toFixed(1)} MiB` : `${Math.round(bytes / MIB).toLocaleString('en')} MiB`;
}

function inTime(seconds: number): string {
  const whole = Math.ceil(seconds);
  return whole < 120 ? `${whole} s` : `${Math.ceil(whole / 60)} min`;
}
