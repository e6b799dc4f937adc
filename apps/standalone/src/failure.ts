import type { Exit } from './machine/hosted-process';
import { StartFailure } from './machine/start-failure';

/** A part that cannot help itself has ended for the third time in a row once it would wait this long. */
const GIVE_UP_DELAY_MS = 400;

/** The end of a part that starting it again cannot help: before the first "ready" every one with an error, later few. */
export class Failure {
  private fail: (failure: StartFailure) => void = () => {};
  private starting = true;

  constructor(private readonly logs: string) {}

  readonly promise = new Promise<never>((_, reject) => {
    this.fail = reject;
  });

  /** True when this end is the reason that the installation ends. */
  notice(name: string, { code, lastWords, remedy }: Exit, delayMs: number): boolean {
    if (remedy !== undefined && (this.starting || delayMs >= GIVE_UP_DELAY_MS)) {
      this.fail(new StartFailure(remedy));
      return true;
    }
    if (!this.starting || code === null || code === 0) return false;
    const reason = lastWords.includes('\n') ? `see its log in ${this.logs}` : lastWords;
    this.fail(new StartFailure(`${name} did not start: ${reason}`));
    return true;
  }

  started(): void {
    this.starting = false;
  }
}
