import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ImportOptions } from '@sluice/contracts/catalogue/imports';
import { RowsRequest } from '@sluice/contracts/catalogue/rows';
import fc from 'fast-check';
import type { z } from 'zod';
import { seeds } from '../../../../test/measure/seeds';
import { waitFor } from '../../../../test/support/wait-for';
import { Engine } from '../engine/engine';
import { KeyIndexes } from '../indexes/key-index';
import { SortedColumns } from '../indexes/sorted-columns';
import { BlockEnds, RenderedRows } from '../tables/rendered-rows';
import { attachTableFile, buildTableFile } from '../tables/table-file';
import type { VersionTable } from '../tables/version-table';
import { importFile } from '../typing/import-of-a-test';
import { FastPages } from './fast-pages';
import { type Page, readPage } from './read-page';
import { RowRenderer } from './render-rows';
import { RowBlocks } from './row-blocks';
import { SortedPages } from './sorted-pages';

const ROWS = 5_000;
const MIB = 1024 ** 2;
const LIMIT_MS = 10_000;

describe('pages that need no query', () => {
  let root: string;
  let engine: Engine;
  let table: VersionTable;

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'catalogue-fast-'));
    const limits = { memoryBytes: 256e6, threads: 2, running: 4, waiting: 99 };
    engine = await Engine.open({ directory: root, name: 'reads', ...limits });
    const rows = Array.from({ length: ROWS }, (_, i) => `${i * 3},"name ""${i % 2_500}""",${i % 4}`);
    const path = join(root, 'source');
    await writeFile(path, `id,name,kind\n${rows.join('\n')}\n`);
    const work = { directory: root, onRows: () => {} };
    const options = ImportOptions.parse({ format: 'csv' });
    const imported = await importFile(engine, { path, kind: 'csv', warnings: [] }, options, work);
    const file = join(root, 'table.duckdb');
    await buildTableFile(engine, 'fast', imported.path, file);
    const { fields, rowCount } = imported;
    table = { id: 'fast', sql: await attachTableFile(engine, 'fast', file), fields, rowCount };
  });

  afterEach(() => {
    table.rendered?.close();
    table.rendered = undefined;
  });

  afterAll(async () => {
    engine.close();
    await rm(root, { recursive: true });
  });

  const request = (more: Partial<z.input<typeof RowsRequest>>) =>
    RowsRequest.parse({
      snapshot: { versionId: `ver_${'0'.repeat(26)}`, seq: 0 },
      select: table.fields.map(({ name }) => name),
      sort: [],
      limit: 100,
      count: false,
      ...more,
    });
  const eq = (field: string, value: string) => ({ field, op: 'eq' as const, values: [value] });
  const text = ({ head, bytes }: Page) => ({ ...head, text: Buffer.from(bytes).toString() });

  async function fastPages(blockBytes = 64 * MIB): Promise<FastPages> {
    const indexes = new KeyIndexes(engine, 64 * MIB);
    for (const [field, value] of [['id', '3'] as const, ['name', 'x'] as const]) {
      const definition = table.fields.find(({ name }) => name === field);
      if (!definition) throw new Error(`no field ${field}`);
      await waitFor(`the index of ${field}`, () => indexes.find(table, definition, value));
    }
    const sorted = new SortedPages(new SortedColumns(engine, 64 * MIB));
    return new FastPages(new RowBlocks(new RowRenderer(engine, LIMIT_MS), blockBytes), indexes, sorted);
  }

  function renderedRows(): RenderedRows {
    const options = { path: join(root, 'fast'), maxBytes: 10 * MIB, ends: new BlockEnds(MIB) };
    return new RenderedRows({ ...options, onBytes: () => {}, hasRoomFor: () => true });
  }

  /** Whatever way the page took. */
  async function read(fast: FastPages, asked: RowsRequest) {
    const found = await fast.read(table, asked);
    return text('head' in found ? found : await readPage(engine, found, asked, LIMIT_MS));
  }

  const requests = fc
    .record({
      filter: fc.option(
        fc.oneof(
          fc.integer({ min: -1, max: ROWS * 3 }).map((id) => eq('id', String(id))),
          fc.integer({ min: -1, max: 2_600 }).map((name) => eq('name', `name "${name}"`)),
          fc.nat(2_600).map((name) => ({ and: [eq('name', `name "${name}"`), eq('kind', String(name % 5))] })),
          fc.nat(5).map((kind) => eq('kind', String(kind))),
        ),
      ),
      descending: fc.boolean(),
      select: fc.subarray(['id', 'name', 'kind'], { minLength: 1 }),
      limit: fc.integer({ min: 1, max: 1_000 }),
      offset: fc.oneof(fc.constant(0), fc.nat(6_000)),
      after: fc.option(
        fc.nat(ROWS + 10).map((row) => ({ row, values: [] })),
        { nil: undefined },
      ),
      count: fc.boolean(),
      positions: fc.boolean(),
    })
    .map(({ after, descending, ...rest }) =>
      request(descending ? { ...rest, sort: [{ field: 'name', descending }] } : { ...rest, after }),
    );

  it.each([
    { bytes: 64 * MIB, onDisk: false },
    { bytes: 200_000, onDisk: false },
    { bytes: 1_000, onDisk: true },
  ])(
    'are what a query would have given, with $bytes bytes for rendered rows (on the disk: $onDisk)',
    async ({ bytes, onDisk }) => {
      if (onDisk) table = { ...table, rendered: renderedRows() };
      const fast = await fastPages(bytes);
      await fc.assert(
        fc.asyncProperty(requests, async (asked) => {
          expect(await read(fast, asked)).toEqual(text(await readPage(engine, table, asked, LIMIT_MS)));
        }),
        { numRuns: seeds(150) },
      );
    },
    60_000,
  );

  it('tell the position of each row where that is asked for', async () => {
    const fast = await fastPages();
    for (const more of [{}, { offset: 7 }, { filter: eq('id', '27') }, { filter: eq('kind', '2') }]) {
      const page = await read(fast, request({ ...more, limit: 5, positions: true }));
      // The third of an id is where its row stands.
      const ids: { id: number }[] = JSON.parse(page.text);
      expect(page.positions).toEqual(ids.map(({ id }) => id / 3));
    }
    expect(await read(fast, request({}))).not.toHaveProperty('positions');
  });

  it.each([false, true])('come from rendered rows alone once these are there (on the disk: %s)', async (onDisk) => {
    if (onDisk) table = { ...table, rendered: renderedRows() };
    const fast = await fastPages(onDisk ? 100_000 : 64 * MIB);
    await fast.read(table, request({}));
    await fast.read(table, request({ filter: eq('id', '9') }));
    const query = jest.spyOn(engine, 'query');
    try {
      for (let first = 0; first < 1_000; first += 100) await fast.read(table, request({ offset: first }));
      for (let id = 0; id < 1_000; id += 3) await fast.read(table, request({ filter: eq('id', String(id)) }));
      expect(query.mock.calls.length).toBeLessThanOrEqual(1);
    } finally {
      query.mockRestore();
    }
  });

  it('of rows that are not rendered yet come by a query for these alone, and are rendered meanwhile', async () => {
    const fast = await fastPages();
    const asked: string[] = [];
    const query = engine.query.bind(engine);
    const spied = jest.spyOn(engine, 'query').mockImplementation((sql, ...rest) => {
      asked.push(sql);
      return query(sql, ...rest);
    });
    try {
      const last = request({ filter: eq('id', String(3 * (ROWS - 1))) });
      const wanted = `[{"id":${3 * (ROWS - 1)},"name":"name \\"2499\\"","kind":${(ROWS - 1) % 4}}]`;
      expect((await read(fast, last)).text).toBe(wanted);
      expect(asked.filter((sql) => sql.includes(`_row IN (${ROWS - 1})`))).toHaveLength(1);
      await waitFor('rendered rows', async () => {
        asked.length = 0;
        expect((await read(fast, last)).text).toBe(wanted);
        return asked.length === 0;
      });
    } finally {
      spied.mockRestore();
    }
  });

  it('of a table whose rendered rows find no room are rendered alone, and in blocks for who goes on where one ended', async () => {
    const fast = await fastPages(100_000);
    const asked: string[] = [];
    const query = engine.query.bind(engine);
    const spied = jest.spyOn(engine, 'query').mockImplementation((sql, ...rest) => {
      asked.push(sql);
      return query(sql, ...rest);
    });
    const rendered = async (offset: number) => {
      asked.length = 0;
      await fast.read(table, request({ offset, limit: 100 }));
      return asked.flatMap((sql) => /_row >= \d+ AND _row < \d+/.exec(sql) ?? []);
    };
    try {
      await rendered(1_700);
      expect(await rendered(500)).toEqual(['_row >= 500 AND _row < 600']);
      expect(await rendered(1_900)).toEqual(['_row >= 1900 AND _row < 2000']);
      expect(await rendered(600)).toEqual(['_row >= 0 AND _row < 2048']);
      expect(await rendered(700)).toEqual([]);
    } finally {
      spied.mockRestore();
    }
  });

  it('of many rows at random are soon all rendered', async () => {
    const fast = await fastPages();
    const lookUp = (row: number) => fast.read(table, request({ filter: eq('id', String(3 * row)) }));
    const query = jest.spyOn(engine, 'query');
    try {
      await waitFor('all rows', async () => {
        query.mockClear();
        for (let row = 0; row < ROWS; row += 17) await lookUp(row);
        return query.mock.calls.length === 0;
      });
    } finally {
      query.mockRestore();
    }
  });

  it('are never asked of an index for a field with few different values', async () => {
    const indexes = new KeyIndexes(engine, 64 * MIB);
    const kind = table.fields.find(({ name }) => name === 'kind');
    expect(kind && indexes.find(table, kind, '1')).toBeNull();
  });
});
