import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { machineEnvironment } from './machine-environment';

const STOP_GRACE_MS = 10_000;
const REMEMBERED_LINES = 5;

export interface HostedProgram {
  command: string;
  args: string[];
  /** What any program needs of the machine, unless it is given. */
  env?: NodeJS.ProcessEnv;
  /** A file that takes both outputs; without it every line comes to `onLine`. */
  output?: number;
  onLine?: (line: string) => void;
  onMessage?: (message: { type: string; pid?: number }) => void;
}

/** How a process ended: by itself with a code, or by a signal. */
export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** The last lines that it wrote, for people. */
  lastWords: string;
  /** What made it end, where that is known. */
  reason?: string;
  /** What a person has to do before another start can help. */
  remedy?: string;
}

/**
 * A child in its own process group with an IPC channel: a terminal's Ctrl-C does not reach it, so that its owner decides
 * the order in which things end, and it ends itself when that owner is gone.
 */
export class HostedProcess {
  private readonly child: ChildProcess;
  private readonly lastLines: string[] = [];
  /** Settles when it has ended, for whatever reason; a program that cannot be started ends with code 127. */
  readonly exited: Promise<Exit>;

  constructor({ command, args, env, output, onLine, onMessage }: HostedProgram) {
    const sink = output ?? 'pipe';
    this.child = spawn(command, args, {
      env: env ?? machineEnvironment(),
      detached: true,
      stdio: ['ignore', sink, sink, 'ipc'],
    });
    for (const input of [this.child.stdout, this.child.stderr]) {
      if (input) createInterface({ input }).on('line', (line) => this.read(line, onLine));
    }
    if (onMessage) this.child.on('message', (message) => onMessage(message as { type: string; pid?: number }));
    this.exited = new Promise((resolve) => {
      const settle = (code: number | null, signal: NodeJS.Signals | null) =>
        resolve({ code, signal, lastWords: this.lastLines.join('\n') || `ended with ${signal ?? code}` });
      this.child.once('error', (error) => {
        this.lastLines.push(error.message);
        settle(127, null);
      });
      // What it started itself may outlive it, and holds its output open.
      this.child.once('exit', () => this.killGroup());
      this.child.once('close', settle);
    });
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  get running(): boolean {
    return this.child.pid !== undefined && this.child.exitCode === null && this.child.signalCode === null;
  }

  send(message: object): void {
    if (this.child.connected) this.child.send(message, () => {});
  }

  /** Asks it to end, and ends it by force after 10 s. */
  async stop(): Promise<void> {
    if (this.running) this.child.kill('SIGTERM');
    const force = setTimeout(() => this.kill(), STOP_GRACE_MS);
    await this.exited;
    clearTimeout(force);
  }

  /** SIGKILL, as a crash or the kernel's memory killer would end it. */
  async kill(pid = this.child.pid): Promise<void> {
    if (this.running && pid !== undefined) signal(pid, 'SIGKILL');
    await this.exited;
  }

  private killGroup(): void {
    if (this.child.pid !== undefined && process.platform !== 'win32') signal(-this.child.pid, 'SIGKILL');
  }

  private read(line: string, onLine: HostedProgram['onLine']): void {
    this.lastLines.push(line);
    if (this.lastLines.length > REMEMBERED_LINES) this.lastLines.shift();
    onLine?.(line);
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It ended in the same moment.
  }
}
