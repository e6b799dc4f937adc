import { chmod, mkdir, mkdtemp, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataDirectory } from './data-directory';
import { HostedProcess } from './hosted-process';

/** Holds the lock as the launcher does, in a process of its own. */
const program = `
  process.chdir(process.argv[1]);
  require('node:net').createServer().listen('launcher.sock', () => process.send({ type: 'listening' }));
`;

describe('the data directory', () => {
  let parent: string;
  const temporary = process.env.TMPDIR;

  beforeEach(async () => {
    parent = await realpath(await mkdtemp(join(tmpdir(), 'sluice-test-')));
  });
  afterEach(async () => {
    if (temporary === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = temporary;
    await rm(parent, { recursive: true, force: true });
  });

  const mode = async (path: string) => (await stat(path)).mode & 0o777;

  test('is held by one launcher at a time, and free again once that one has closed it', async () => {
    const path = join(parent, 'data');
    const first = await DataDirectory.open(path);
    await expect(DataDirectory.open(path)).rejects.toThrow(/is in use by another Sluice/);
    await first.close();
    const second = await DataDirectory.open(path);
    await second.close();
  });

  test('is held also against a launcher with another TMPDIR, and however deep it lies', async () => {
    const path = join(parent, ...Array.from({ length: 8 }, (_, index) => `${index}`.repeat(20)));
    const before = process.cwd();
    const first = await DataDirectory.open(path);
    process.env.TMPDIR = parent;
    await expect(DataDirectory.open(path)).rejects.toThrow(/is in use by another Sluice/);
    expect(process.cwd()).toBe(before);
    await first.close();
  });

  test('is taken over from a launcher that was killed', async () => {
    const path = join(parent, 'data');
    await (await DataDirectory.open(path)).close();
    let listening: () => void = () => {};
    const started = new Promise<void>((resolve) => {
      listening = resolve;
    });
    const holder = new HostedProcess({
      command: process.execPath,
      args: ['-e', program, path],
      onMessage: () => listening(),
    });
    await started;
    await expect(DataDirectory.open(path)).rejects.toThrow(/is in use/);
    await holder.kill();
    const taken = await DataDirectory.open(path);
    await taken.close();
  });

  test('of twenty launchers at once exactly one gets it', async () => {
    const path = join(parent, 'data');
    await (await DataDirectory.open(path)).close();
    const tries = await Promise.allSettled(Array.from({ length: 20 }, () => DataDirectory.open(path)));
    const winners = tries.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    expect(winners).toHaveLength(1);
    await winners[0]?.close();
  });

  test('that cannot be written is one clear line', async () => {
    await writeFile(join(parent, 'file'), '');
    const failure = await DataDirectory.open(join(parent, 'file', 'data')).catch((error: Error) => error.message);
    expect(failure).toMatch(
      /^the data directory .* cannot be written \(ENOTDIR\): set SLUICE_DATA_DIR to another one$/,
    );
  });

  test('of an earlier release that is open to other users is closed to them', async () => {
    const path = join(parent, 'data');
    await mkdir(join(path, 'mongo-embedded'), { recursive: true });
    await chmod(path, 0o755);
    const data = await DataDirectory.open(path);
    expect(await mode(path)).toBe(0o700);
    await data.close();
  });

  test('that is open to other users and holds something else is refused, and stays as it is', async () => {
    await chmod(parent, 0o755);
    await writeFile(join(parent, 'letter.txt'), '');
    await expect(DataDirectory.open(parent)).rejects.toThrow(/is open to other users and holds files of somebody else/);
    expect(await mode(parent)).toBe(0o755);
  });
});
