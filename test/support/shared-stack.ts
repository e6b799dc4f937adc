import { Publisher } from './publisher';
import { RunningStack, type StackFacts } from './running-stack';

declare global {
  /** Asks the process that holds the worker's stack; test/shared-stack/environment.cjs puts it there. */
  var askStackHost: (method: 'start' | 'kill' | 'violations', ...args: string[]) => Promise<unknown>;
}

/** The stack that the test files of one jest worker share, one file after the other. */
export class SharedStack extends RunningStack {
  /** Starts it for the first file of the worker; returns when every process of it says that it can serve. */
  async start(): Promise<void> {
    this.found = (await askStackHost('start')) as StackFacts;
  }

  async kill(name: string): Promise<void> {
    await askStackHost('kill', name);
  }

  /**
   * Leaves it to the next file, without the APIs of this one: their names and paths are free again. Fails for what a
   * service tried on the bus since the last one and may not do.
   */
  async leave(): Promise<void> {
    await new Publisher(this).deleteApis();
    const violations = (await askStackHost('violations')) as string[];
    if (violations.length > 0) throw new Error(violations.join('\n'));
  }
}
