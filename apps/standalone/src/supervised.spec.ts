import { waitFor } from '../../../test/support/wait-for';
import type { HostedPart } from './embedded/engine';
import { type Exit, HostedProcess } from './machine/hosted-process';
import { Supervised } from './supervised';

/** A real process that runs the given program. */
class Program implements HostedPart {
  starts = 0;
  private process?: HostedProcess;

  constructor(private readonly source: string) {}

  get exited(): Promise<Exit> {
    return this.process?.exited ?? new Promise(() => {});
  }

  get pid(): number | undefined {
    return this.process?.running ? this.process.pid : undefined;
  }

  async start(): Promise<void> {
    this.starts++;
    this.process = new HostedProcess({ command: process.execPath, args: ['-e', this.source] });
  }

  kill = async () => this.process?.kill();
  stop = async () => this.process?.stop();
}

const runsOn = 'setInterval(() => {}, 1000); process.on("disconnect", () => process.exit())';

test('a killed part comes back as a new process, and a stopped one does not', async () => {
  const part = new Program(runsOn);
  const exits: Exit[] = [];
  const supervised = new Supervised('part', part, { onExit: (_, exit) => exits.push(exit) });
  await supervised.start();
  const firstPid = part.pid;
  await part.kill();
  await waitFor('a new process', () => part.pid !== undefined && part.pid !== firstPid);
  expect(exits).toMatchObject([{ code: null, signal: 'SIGKILL' }]);
  await supervised.stop();
  expect(part.pid).toBeUndefined();
  expect(part.starts).toBe(2);
});

test('a part that ends at once is tried later each time', async () => {
  const part = new Program('console.error("no such thing"); process.exit(3)');
  const delays: number[] = [];
  const words: string[] = [];
  const supervised = new Supervised('part', part, {
    onExit: (_, exit, delayMs) => {
      delays.push(delayMs);
      words.push(exit.lastWords);
    },
  });
  await supervised.start();
  await waitFor('three ends', () => delays.length >= 3);
  await supervised.stop();
  expect(delays.slice(0, 3)).toEqual([100, 200, 400]);
  expect(words[0]).toBe('no such thing');
});
