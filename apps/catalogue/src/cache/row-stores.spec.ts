import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from '../../../../test/support/wait-for';
import { Engine } from '../engine/engine';
import { RowStores } from './row-stores';

describe('the stores of a version', () => {
  let directory: string;
  let engine: Engine;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'catalogue-stores-'));
    const limits = { memoryBytes: 128e6, threads: 1, running: 2, waiting: 9 };
    engine = await Engine.open({ directory, name: 'reads', ...limits });
  });

  afterAll(async () => {
    engine.close();
    await rm(directory, { recursive: true });
  });

  const files = async () => (await readdir(directory)).filter((name) => name.endsWith('.duckdb'));

  /** Two files of ten rows behind an empty version, and the bytes that are told of them. */
  async function twoFiles() {
    let bytes = 0;
    const base = { sql: '', attached: null, firstRow: 0, rowCount: 0, lastSeq: 0, bytes: 0, users: 0, retired: false };
    const onBytes = (change: number) => {
      bytes += change;
    };
    const options = { versionId: 'ver', fields: [], base, directory, reads: engine, heavy: engine, onBytes };
    const stores = new RowStores(options);
    for (const firstRow of [0, 10]) {
      const rows = `SELECT range AS _row, 1 AS _added FROM range(${firstRow}, ${firstRow + 10})`;
      stores.append(await stores.write(engine, rows, { firstRow, rowCount: 10, lastSeq: firstRow + 1 }));
    }
    return { stores, bytes: () => bytes };
  }

  it('are merged to one file with all rows in their order, and the two are gone', async () => {
    const { stores, bytes } = await twoFiles();
    const before = bytes();
    stores.mergeSoon();
    await waitFor('the merged file alone', async () => (await files()).length === 1);
    const [, merged] = stores.all();
    expect(stores.all()).toHaveLength(2);
    expect(merged).toMatchObject({ firstRow: 0, rowCount: 20, lastSeq: 11, bytes: bytes() });
    expect(bytes()).toBeLessThan(before);
    const rows = await engine.query(`SELECT _row FROM ${merged?.sql}`);
    expect(rows.map(([row]) => Number(row))).toEqual(Array.from({ length: 20 }, (_, row) => row));
    stores.close();
    await waitFor('no file', async () => (await files()).length === 0);
    expect(bytes()).toBe(0);
  });

  it('that are closed while they are merged give back each file once', async () => {
    const { stores, bytes } = await twoFiles();
    stores.mergeSoon();
    stores.close();
    await waitFor('no file', async () => (await files()).length === 0);
    expect(bytes()).toBe(0);
  });

  it('stay as long as they are read', async () => {
    const { stores } = await twoFiles();
    const held = stores.below(15);
    await stores.hold(held, async () => {
      stores.close();
      const [row] = await engine.query(`SELECT count(*) FROM ${held[1]?.sql}`);
      expect(Number(row?.[0])).toBe(10);
    });
    await waitFor('no file', async () => (await files()).length === 0);
  });
});
