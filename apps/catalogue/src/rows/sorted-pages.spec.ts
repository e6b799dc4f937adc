import { RowsRequest } from '@sluice/contracts/catalogue/rows';
import fc from 'fast-check';
import { seeds } from '../../../../test/measure/seeds';
import { waitFor } from '../../../../test/support/wait-for';
import { EARLIER_ROWS, names, ROWS, TableOfAllTypes, tree } from '../../../../test/tables/table-of-all-types';
import type { Engine } from '../engine/engine';
import { KeyIndexes } from '../indexes/key-index';
import { SortedColumns } from '../indexes/sorted-columns';
import type { VersionTable } from '../tables/version-table';
import { FastPages } from './fast-pages';
import { type Page, readPage } from './read-page';
import { RowRenderer } from './render-rows';
import { RowBlocks } from './row-blocks';
import { SortedPages } from './sorted-pages';

const MIB = 1024 ** 2;
const LIMIT_MS = 10_000;

describe('pages of filtered and sorted rows', () => {
  let made: TableOfAllTypes;
  let engine: Engine;
  let table: VersionTable;

  beforeAll(async () => {
    made = await TableOfAllTypes.make();
    ({ engine, table } = made);
  }, 60_000);
  afterAll(() => made?.remove());

  const fastPages = (columns: SortedColumns) =>
    new FastPages(
      new RowBlocks(new RowRenderer(engine, LIMIT_MS), 64 * MIB),
      new KeyIndexes(engine, 64 * MIB),
      new SortedPages(columns),
    );

  const key = fc.record({ field: fc.constantFrom('id', ...names), descending: fc.boolean() });
  const requests = fc
    .record({
      filter: fc.option(tree, { freq: 5 }),
      sort: fc.uniqueArray(key, { maxLength: 3, selector: ({ field }) => field }),
      limit: fc.integer({ min: 1, max: 60 }),
      offset: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(400) }),
      after: fc.option(fc.nat(EARLIER_ROWS - 1), { nil: undefined }),
      count: fc.boolean(),
    })
    .map(({ after, ...rest }) =>
      RowsRequest.parse({
        ...rest,
        snapshot: { versionId: `ver_${'0'.repeat(26)}`, seq: 0 },
        select: ['id', 't'],
        after: after === undefined ? undefined : { row: after, values: [] },
      }),
    );
  const text = ({ head, bytes }: Page) => ({ ...head, text: Buffer.from(bytes).toString() });

  it.each([
    ['of the whole table', () => table, () => table],
    ['of a table with replaced rows', () => made.withGaps(), () => made.withGaps()],
    ['of a table that has grown since its values were put in order', () => table, () => made.earlier()],
    ['of an earlier snapshot than that whose values were put in order', () => made.earlier(), () => table],
  ])(
    'are what a query would have given: %s',
    async (_, asked, known) => {
      const of = asked();
      const fast = fastPages(await made.columnsOf(known()));
      await fc.assert(
        fc.asyncProperty(requests, async (request) => {
          const found = await fast.read(of, request);
          const page = 'head' in found ? found : await readPage(engine, found, request, LIMIT_MS);
          expect(text(page)).toEqual(text(await readPage(engine, of, request, LIMIT_MS)));
        }),
        { numRuns: seeds(600) },
      );
    },
    120_000,
  );

  it('are found without a query, but for texts that are searched within', async () => {
    const pages = new SortedPages(await made.columnsOf(table));
    fc.assert(
      fc.property(requests, (request) => {
        const searchesWithin = JSON.stringify(request.filter).includes('"contains"');
        expect(pages.find(table, request) === null).toBe(searchesWithin);
      }),
      { numRuns: seeds(200) },
    );
  });

  it('that are full without the rows that came later are found without a query', async () => {
    const fast = fastPages(await made.columnsOf(made.earlier()));
    const whole = { snapshot: { versionId: `ver_${'0'.repeat(26)}`, seq: 0 }, select: ['id'], sort: [], count: false };
    const filter = { field: 'id', op: 'gte' as const, values: ['0'] };
    const page = await fast.read(table, RowsRequest.parse({ ...whole, filter, limit: 10 }));
    expect('head' in page && page.head).toMatchObject({ returned: 10, hasMore: true });
    const counted = await fast.read(table, RowsRequest.parse({ ...whole, filter, limit: 10, count: true }));
    expect('head' in counted).toBe(false);
  });

  it('need no more of the values than fit into the memory that they may take, and no more than two uses', async () => {
    const [, field] = table.fields;
    if (!field) throw new Error('no field');
    const small = new SortedColumns(engine, ROWS * 10);
    for (let use = 0; use < 5; use++) expect(small.find(table, field)).toBeNull();
    const columns = new SortedColumns(engine, MIB);
    expect(columns.find(table, field)).toBeNull();
    await waitFor('the column', () => columns.find(table, field));
  });

  it('take three quarters of the memory at most for one table: what was used last stays', async () => {
    // Room for three columns, of which one is for others.
    const columns = new SortedColumns(engine, ROWS * 8 * 3.2);
    const fields = table.fields.slice(1, 4);
    for (const field of fields) await waitFor(`the column of ${field.name}`, () => columns.find(table, field));
    const [first, second, third] = fields.map((field) => columns.find(table, field) !== null);
    expect([first, second, third]).toEqual([false, true, true]);
  });
});
