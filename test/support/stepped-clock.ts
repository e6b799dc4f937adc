import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../apps/standalone/src/machine/project-root';
import { waitFor } from './wait-for';

/** The wall clock of a process as an administrator or a bad time server steps it; its monotonic clock goes on. */
export class SteppedClock {
  private offsetMs = 0;

  constructor(private readonly file: string) {}

  /** The process runs with this environment. */
  get env(): NodeJS.ProcessEnv {
    const script = join(projectRoot, 'test', 'support', 'date-of-a-test.cjs');
    return { NODE_OPTIONS: `--require ${script}`, SLUICE_TEST_CLOCK: this.file };
  }

  /** Steps the clock, forwards or backwards; returns once the process lives in its new time. */
  async step(byMs: number): Promise<void> {
    this.offsetMs += byMs;
    const applied = `${this.file}.applied`;
    rmSync(applied, { force: true });
    writeFileSync(this.file, String(this.offsetMs));
    await waitFor('the process to notice its clock', () => existsSync(applied));
  }
}
