import { mkdtemp, readdir, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from '../../../../test/support/wait-for';
import { LocalViewFiles } from './local-view-files';

describe('files of views on a replica', () => {
  let directory: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'sluice-local-files-'));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  const add = (files: LocalViewFiles, id: string, text: string) =>
    files.fetch(id, text.length, (path) => writeFile(path, text));
  const text = async (files: LocalViewFiles, id: string, from: number, to: number) => {
    const bytes = await files.read(id, from, to);
    return bytes instanceof Uint8Array ? Buffer.from(bytes).toString() : bytes;
  };
  const openFiles = async () => {
    const links = (await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => ''));
    return (await Promise.all(links)).filter((path) => path.startsWith(directory)).length;
  };

  it('are read by many at one time, also those that were not open yet', async () => {
    const files = await LocalViewFiles.open(directory, 1_000_000);
    for (let id = 0; id < 150; id++) await add(files, `${id}`, `file ${id} of many`);
    // Four side by side of each: one of them opens it, and the opening of the others closes it before the rest have read.
    const ids = Array.from({ length: 600 }, (_, asked) => Math.floor(asked / 4));
    const found = await Promise.all(ids.map((id) => text(files, `${id}`, 0, 100)));
    expect(found).toEqual(ids.map((id) => `file ${id} of many`));
    files.onApplicationShutdown();
  });

  const onLinux = process.platform === 'linux' ? it : it.skip;
  onLinux('are open a hundred at most, and closed when they go', async () => {
    const files = await LocalViewFiles.open(directory, 150 * 10);
    for (let id = 0; id < 150; id++) await add(files, `${id}`, '0123456789');
    for (let id = 0; id < 150; id++) expect(await text(files, `${id}`, 2, 4)).toBe('234');
    expect(await openFiles()).toBeLessThanOrEqual(101);
    await add(files, 'large', 'x'.repeat(150 * 10));
    expect(await text(files, '149', 0, 1)).toBeNull();
    await waitFor('all of them to be closed', async () => (await openFiles()) === 0);
  });
});
