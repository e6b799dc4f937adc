import { join } from 'node:path';
import { type Exit, HostedProcess } from '../machine/hosted-process';
import { projectRoot } from '../machine/project-root';

const guard = join(projectRoot, 'apps', 'standalone', 'hosts', 'guard.cjs');

/**
 * Runs a foreign program as a child that also ends when this process is killed. It has no IPC channel of its own, so a small
 * guard process holds one for it.
 */
export class GuardedProgram {
  private readonly host: HostedProcess;
  private programPid?: number;

  constructor(command: string, args: string[], onLine: (line: string) => void) {
    this.host = new HostedProcess({
      command: process.execPath,
      args: [guard, command, ...args],
      onLine,
      onMessage: ({ type, pid }) => {
        if (type === 'spawned') this.programPid = pid;
      },
    });
  }

  get exited(): Promise<Exit> {
    return this.host.exited;
  }

  stop(): Promise<void> {
    return this.host.stop();
  }

  /** Kills the program itself; the guard follows by itself. */
  kill(): Promise<void> {
    return this.host.kill(this.programPid);
  }
}
