import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePorts } from '../support/free-ports';
import { allGone, NpmStart } from '../support/npm-start';
import { waitFor } from '../support/wait-for';

const run = promisify(execFile);
const SECOND_START_MS = 6_000;

describe('npm start', () => {
  let parent: string;
  let port: number;
  const started: NpmStart[] = [];

  const start = (dataDirectory = 'data', env: NodeJS.ProcessEnv = {}, onPort = port): NpmStart => {
    const program = new NpmStart(onPort, join(parent, dataDirectory), env);
    started.push(program);
    return program;
  };

  const stop = async (program: NpmStart) => {
    program.signal('SIGINT');
    expect(await program.exit()).toBe(0);
  };

  beforeEach(async () => {
    parent = await mkdtemp(join(tmpdir(), 'sluice-test-'));
    [port = 0] = await freePorts(1);
  });

  afterEach(async () => {
    for (const program of started.splice(0)) {
      program.signal('SIGTERM');
      await program.exit();
    }
    await rm(parent, { recursive: true, force: true });
  });

  test('the pasted curl line answers rows, and the second start is ready within 6 seconds with the same data', async () => {
    const first = start();
    await first.ready();
    expect(first.output).toMatch(/^admin key: sla_[0-9A-Za-z]{49}$/m);
    const curl = await first.said(' {2}curl ');
    const pasted = await run('sh', ['-c', `curl -sS -f ${curl}`]);
    const rows: unknown = JSON.parse(pasted.stdout);
    expect(rows).toMatchObject({ data: [{ date: '2012-01-01', weather: 'drizzle' }, {}, {}], page: { total: 1461 } });
    await stop(first);

    const second = start();
    expect(await second.ready()).toBeLessThan(SECOND_START_MS);
    const again = await run('sh', ['-c', `curl -sS -f ${curl}`]);
    expect(JSON.parse(again.stdout)).toEqual(rows);
    expect(await second.said('admin key {2}')).toMatch(/printed at the first start/);
    expect(second.output).not.toMatch(/sla_\w{20}/);
    await stop(second);
  });

  test('a Ctrl-C that arrives twice ends everything with exit code 0 and leaves no process behind', async () => {
    const program = start('data', { SLUICE_SAMPLE: 'false' });
    await program.ready();
    const processes = await program.descendants();
    expect(processes.length).toBeGreaterThanOrEqual(6);
    program.signal('SIGINT');
    program.signal('SIGINT');
    expect(await program.exit()).toBe(0);
    await allGone(processes);
  });

  test('nothing outlives a launcher that was killed, and the data directory is free again', async () => {
    const program = start('data', { SLUICE_SAMPLE: 'false' });
    await program.ready();
    const processes = await program.descendants();
    program.signal('SIGKILL');
    await program.exit();
    await allGone(processes);
    const next = start('data', { SLUICE_SAMPLE: 'false' });
    await next.ready();
  });

  test('a first start that was killed half-way is finished by the next one', async () => {
    const first = start();
    await waitFor('the sample to begin', () => first.output.includes('importing the sample'));
    first.signal('SIGKILL');
    await first.exit();
    const second = start();
    await second.ready();
    expect(second.output).toMatch(/^admin key: sla_[0-9A-Za-z]{49}$/m);
    await run('sh', ['-c', `curl -sS -f ${await second.said(' {2}curl ')}`]);
  });

  test('two installations run side by side, each with its own data', async () => {
    const [otherPort = 0] = await freePorts(1);
    const programs = [start('one'), start('other', {}, otherPort)];
    await Promise.all(programs.map((program) => program.ready()));
    const keys = await Promise.all(programs.map((program) => program.said('admin key: ')));
    const statuses = await Promise.all(
      programs.flatMap(({ url }) =>
        keys.map(
          async (key) => (await fetch(`${url}/manage/v1/apis`, { headers: { authorization: `Bearer ${key}` } })).status,
        ),
      ),
    );
    expect(statuses).toEqual([200, 401, 401, 200]);
  });

  test('a killed service comes back by itself', async () => {
    const program = start('data', { SLUICE_SAMPLE: 'false' });
    await program.ready();
    const services = (await program.descendants()).filter(({ command }) => command.includes('/src/main.js'));
    expect(services).toHaveLength(4);
    for (const { pid } of services) process.kill(pid, 'SIGKILL');
    await waitFor('four new processes', async () => {
      const now = (await program.descendants()).filter(({ command }) => command.includes('/src/main.js'));
      return now.length === 4 && now.every(({ pid }) => !services.some((old) => old.pid === pid));
    });
    await program.ready();
  });

  test('a taken port, a data directory in use and one that cannot be written are one clear line each', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => {
      other.listen(port, resolve);
    });
    const blocked = start();
    expect(await blocked.exit()).toBe(1);
    expect(blocked.output).toBe(
      `port ${port} is already in use: set PORT to a free one, such as PORT=${port + 1} npm start\n`,
    );
    await new Promise((resolve) => {
      other.close(resolve);
    });

    const holder = start('data', { SLUICE_SAMPLE: 'false' });
    await holder.ready();
    const [otherPort = 0] = await freePorts(1);
    const second = start('data', {}, otherPort);
    expect(await second.exit()).toBe(1);
    expect(second.output).toMatch(/^the data directory \S+ is in use by another Sluice: .*\n$/);
    await stop(holder);

    await chmod(parent, 0o500);
    const unwritable = start(process.getuid?.() === 0 ? '../../../dev/null/data' : 'elsewhere');
    expect(await unwritable.exit()).toBe(1);
    expect(unwritable.output).toMatch(/^the data directory \S+ cannot be written \(\w+\): .*\n$/);
    await chmod(parent, 0o700);
  });
});
