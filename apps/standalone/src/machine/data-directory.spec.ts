import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataDirectory } from './data-directory';
import { HostedProcess } from './hosted-process';
import { socketDirectory } from './socket-directory';

const program = `
  const { createServer } = require('node:net');
  createServer().listen(process.argv[1], () => process.send({ type: 'listening' }));
`;

describe('the data directory', () => {
  let parent: string;

  beforeEach(async () => {
    parent = await mkdtemp(join(tmpdir(), 'sluice-test-'));
  });
  afterEach(() => rm(parent, { recursive: true, force: true }));

  test('is held by one launcher at a time, and free again once that one has closed it', async () => {
    const path = join(parent, 'data');
    const first = await DataDirectory.open(path);
    await expect(DataDirectory.open(path)).rejects.toThrow(/is in use by another Sluice/);
    await first.close();
    const second = await DataDirectory.open(path);
    await second.close();
  });

  test('is taken over from a launcher that was killed', async () => {
    const path = join(parent, 'data');
    await (await DataDirectory.open(path)).close();
    const socket = join(await socketDirectory(path), 'launcher.sock');
    let listening: () => void = () => {};
    const started = new Promise<void>((resolve) => {
      listening = resolve;
    });
    const holder = new HostedProcess({
      command: process.execPath,
      args: ['-e', program, socket],
      onMessage: listening,
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
});
