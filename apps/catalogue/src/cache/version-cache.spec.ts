import { copyFile, mkdtemp, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from '../../../../test/support/wait-for';
import { Engine } from '../engine/engine';
import type { SentSource } from './sent-source';
import { VersionCache, VersionGone } from './version-cache';

const nothingSent: SentSource = {
  async *commits() {},
  pieces: async () => [],
  reached: async () => false,
};

describe('the version cache', () => {
  let root: string;
  let directory: string;
  let reads: Engine;
  let heavy: Engine;
  let stored: Map<string, string>;
  let fetched: string[];
  let nowMs: number;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'catalogue-cache-'));
    directory = join(root, 'versions');
    const options = { directory: root, memoryBytes: 128e6, threads: 2, running: 4, waiting: 100 };
    [reads, heavy] = await Promise.all([
      Engine.open({ ...options, name: 'reads' }),
      Engine.open({ ...options, name: 'heavy' }),
    ]);
    stored = new Map();
    fetched = [];
    nowMs = 0;
  });

  afterEach(async () => {
    reads.close();
    heavy.close();
    await rm(root, { recursive: true });
  });

  async function store(versionId: string, rows: number): Promise<void> {
    const path = join(root, `${versionId}.stored`);
    await heavy.query(
      `COPY (SELECT range AS n, hash(range)::VARCHAR AS t FROM range(${rows})) TO '${path}' (FORMAT parquet)`,
    );
    stored.set(versionId, path);
  }

  const open = (maxBytes = 1e9) =>
    VersionCache.open({
      directory,
      maxBytes,
      reads,
      heavy,
      monotonicMs: () => nowMs,
      sent: nothingSent,
      hasRoomToSpare: () => true,
      find: async (versionId) => {
        const path = stored.get(versionId);
        if (!path) return null;
        const fetch = async (to: string) => {
          fetched.push(versionId);
          await copyFile(path, to);
        };
        return { fields: [], rowCount: 0, fetch };
      },
    });

  const count = (cache: VersionCache, versionId: string) =>
    cache.use({ versionId, seq: 0 }, async ({ sql }) =>
      Number((await reads.query(`SELECT count(*) FROM ${sql}`))[0]?.[0]),
    );

  it('builds a version once, however many ask for it at the same time', async () => {
    await store('a', 1000);
    const cache = await open();
    expect(await Promise.all(Array.from({ length: 20 }, () => count(cache, 'a')))).toEqual(Array(20).fill(1000));
    expect(fetched).toEqual(['a']);
  });

  it('numbers the rows in the order of the file', async () => {
    await store('a', 300_000);
    const cache = await open();
    const wrong = await cache.use({ versionId: 'a', seq: 0 }, ({ sql }) =>
      reads.query(`SELECT count(*) FROM ${sql} WHERE _row <> n`),
    );
    expect(Number(wrong[0]?.[0])).toBe(0);
  });

  it('makes room on the disk by letting the least recently used go, where that is enough', async () => {
    for (const versionId of ['a', 'b']) await store(versionId, 50_000);
    const cache = await open();
    for (const versionId of ['a', 'b']) await count(cache, versionId);
    cache.makeRoom(1e9);
    expect(await readdir(directory)).toHaveLength(2);
    cache.makeRoom(1);
    await waitFor('one file', async () => (await readdir(directory)).length === 1);
    expect(await count(cache, 'b')).toBe(50_000);
    expect(fetched).toEqual(['a', 'b']);
  });

  it('does not remember a failure', async () => {
    await store('a', 10);
    const path = stored.get('a') ?? '';
    stored.set('a', join(root, 'nowhere'));
    const cache = await open();
    await expect(count(cache, 'a')).rejects.toThrow();
    stored.set('a', path);
    expect(await count(cache, 'a')).toBe(10);
    await expect(count(cache, 'b')).rejects.toThrow(VersionGone);
  });

  it('stays within its bytes by letting the least recently used go, but never one in use', async () => {
    for (const versionId of ['a', 'b', 'c']) await store(versionId, 50_000);
    const cache = await open(2e6);
    await count(cache, 'a');
    await cache.use({ versionId: 'b', seq: 0 }, async () => {
      await count(cache, 'a');
      await count(cache, 'c');
      await waitFor('only two files', async () => (await readdir(directory)).length === 2);
      expect(await count(cache, 'b')).toBe(50_000);
    });
    await waitFor('one file', async () => (await readdir(directory)).length === 1);
    expect(await count(cache, 'b')).toBe(50_000);
    expect(fetched).toEqual(['a', 'b', 'c']);
  });

  it('survives that its directory is deleted: answers go on, and the file is there again soon', async () => {
    await store('a', 1000);
    await store('b', 1000);
    const cache = await open();
    expect(await count(cache, 'a')).toBe(1000);
    await rm(directory, { recursive: true });
    expect(await count(cache, 'a')).toBe(1000);
    expect(await count(cache, 'b')).toBe(1000);
    nowMs += 6_000;
    await waitFor('a second build', async () => (await count(cache, 'a')) === 1000 && fetched.length === 3);
  });

  it.each(['truncated', 'overwritten'])('makes a file again that was %s', async (how) => {
    await store('a', 300_000);
    const cache = await open();
    expect(await count(cache, 'a')).toBe(300_000);
    const file = join(directory, (await readdir(directory))[0] ?? '');
    if (how === 'truncated') await truncate(file, 100);
    else await writeFile(file, Buffer.alloc(1e6, 7));
    const sum = await cache.use({ versionId: 'a', seq: 0 }, ({ sql }) =>
      reads.query(`SELECT max(t), sum(n) FROM ${sql}`),
    );
    expect(String(sum[0]?.[1])).toBe('44999850000');
    expect(fetched).toEqual(['a', 'a']);
  });

  it('stops to serve a version within seconds after it was deleted', async () => {
    await store('a', 1000);
    const cache = await open();
    await count(cache, 'a');
    stored.clear();
    expect(await count(cache, 'a')).toBe(1000);
    nowMs += 6_000;
    await waitFor('gone', () =>
      count(cache, 'a').then(
        () => false,
        (error: unknown) => error instanceof VersionGone,
      ),
    );
    await waitFor('no file', async () => (await readdir(directory)).length === 0);
  });

  it('removes what an earlier process left', async () => {
    await store('a', 1000);
    await count(await open(), 'a');
    expect(await readdir(directory)).toHaveLength(1);
    await open();
    await expect(readdir(directory)).rejects.toThrow('ENOENT');
  });

  it('fetches its versions again when DuckDB gives up the instance for reads, also for who was reading', async () => {
    const cache = await open();
    await store('a', 1_000);
    await store('b', 10);
    expect(await count(cache, 'b')).toBe(10);
    const poison = join(root, 'poison.parquet');
    await copyFile(join(__dirname, '../../../../test/cases/poison-variant.parquet'), poison);
    let poisoned = false;
    const read = cache.use({ versionId: 'a', seq: 0 }, async ({ sql }) => {
      if (!poisoned) await reads.query(`FROM read_parquet('${poison}')`).catch(() => {});
      poisoned = true;
      return Number((await reads.query(`SELECT count(*) FROM ${sql}`))[0]?.[0]);
    });
    expect(await read).toBe(1_000);
    expect(await count(cache, 'b')).toBe(10);
    await waitFor('the files of before to go', async () => (await readdir(directory)).length === 2);
  });
});
