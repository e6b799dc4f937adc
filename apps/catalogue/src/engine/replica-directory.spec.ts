import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { ReplicaDirectory } from './replica-directory';

/** No process has it: Linux gives ids up to four million at most. */
const NO_PROCESS = 2 ** 30;
const HOUR_MS = 3_600_000;

describe('the directory of a replica', () => {
  let shared: string;
  beforeEach(async () => {
    shared = await mkdtemp(join(tmpdir(), 'replicas-'));
  });
  afterEach(() => rm(shared, { recursive: true }));

  const left = async (name: string, agoMs: number) => {
    const path = join(shared, name);
    await mkdir(path);
    await writeFile(join(path, 'version.db'), 'rows');
    const at = new Date(Date.now() - agoMs);
    await utimes(path, at, at);
    return path;
  };

  it('is rid of what replicas left that are gone, on this machine or another, and leaves those that live alone', async () => {
    const gone = [await left(`${hostname()}-${NO_PROCESS}`, 0), await left('c0ffee-7', HOUR_MS + 60_000)];
    const alive = [await left(`${hostname()}-${process.ppid}`, 2 * HOUR_MS), await left('decaf-7', HOUR_MS - 60_000)];
    const directory = await ReplicaDirectory.open(shared);
    await directory.close();
    expect(gone.filter(existsSync)).toEqual([]);
    expect(alive.filter(existsSync)).toEqual(alive);
    expect(existsSync(directory.path)).toBe(true);
  });

  it('is found again by a replica that starts anew, with what is in it', async () => {
    const first = await ReplicaDirectory.open(shared);
    await first.close();
    await writeFile(join(first.path, 'version.db'), 'rows');
    const again = await ReplicaDirectory.open(shared);
    await again.close();
    expect(again.path).toBe(first.path);
    expect(existsSync(join(again.path, 'version.db'))).toBe(true);
  });
});
