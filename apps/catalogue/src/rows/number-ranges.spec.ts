import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RowsRequest } from '@sluice/contracts/catalogue/rows';
import type { Field } from '@sluice/contracts/fields';
import { Readiness } from '@sluice/runtime/readiness';
import fc from 'fast-check';
import { seeds } from '../../../../test/measure/seeds';
import { CatalogueConfig } from '../config/catalogue-config';
import { Engines } from '../engine/engines';
import type { VersionTable } from '../tables/version-table';
import { NumberRanges } from './number-ranges';
import { readGroups } from './read-groups';

const aggregates = (['sum', 'avg'] as const).map((fn) => ({ fn, field: 'n', name: fn }));
const request = {
  ...RowsRequest.parse({
    snapshot: { versionId: `ver_${'0'.repeat(26)}`, seq: 0 },
    select: ['sum', 'avg'],
    sort: [],
    limit: 10,
    count: false,
  }),
  group: { keys: [], aggregates },
};

describe('sums of numbers with fractions', () => {
  let root: string;
  let engines: Engines;
  let ranges: NumberRanges;
  let tables = 0;

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'catalogue-sums-'));
    const environment = { SLUICE_CACHE_DIR: root, NATS_URL: 'nats://unused', MONGO_URL: 'mongodb://unused' };
    engines = await Engines.open(CatalogueConfig.parse(environment), new Readiness());
    ranges = new NumberRanges(engines);
  });
  afterAll(async () => {
    await engines.onApplicationShutdown();
    await rm(root, { recursive: true });
  });

  const field: Field = { name: 'n', label: 'n', type: 'number', nullable: true, min: null, max: null, distinct: null };

  function tableOf(numbers: readonly (number | null)[], id = `t${++tables}`): VersionTable {
    const rows = numbers.map((number, row) => `(${row}, ${number === null ? 'NULL' : `'${number}'`}::DOUBLE)`);
    const sql = `(SELECT * FROM (VALUES ${rows.join(', ')}) rows(_row, n))`;
    return { id, sql, fields: [field], rowCount: numbers.length };
  }

  async function sums(table: VersionTable): Promise<{ sum: number; avg: number }> {
    const measured = await ranges.measured(table, request.group);
    const { bytes } = await readGroups(engines.reads, measured, request, 10_000);
    return (JSON.parse(Buffer.from(bytes).toString()) as { sum: number; avg: number }[])[0] ?? { sum: 0, avg: 0 };
  }

  /** Rounded once, from whole numbers of the smallest unit that any double has. */
  function exactSum(numbers: readonly number[]): number {
    const total = numbers.reduce((sum, number) => sum + unitsOf(number), 0n);
    const bits = Math.max(0, total.toString(2).replace('-', '').length - 1_000);
    return Number(total >> BigInt(bits)) * 2 ** (bits - 1_074);
  }

  function unitsOf(number: number): bigint {
    const view = new DataView(new ArrayBuffer(8));
    view.setFloat64(0, number);
    const bits = view.getBigUint64(0);
    const exponent = (bits >> 52n) & 0x7ffn;
    const digits = exponent === 0n ? bits & (2n ** 52n - 1n) : (bits & (2n ** 52n - 1n)) | (2n ** 52n);
    return (number < 0 ? -1n : 1n) * (digits << (exponent === 0n ? 0n : exponent - 1n));
  }

  const near = fc.oneof(
    fc.double({ min: -1e6, max: 1e6, noNaN: true }).filter((each) => each === 0 || Math.abs(each) > 1e-6),
    fc.integer({ min: -1_000_000, max: 1_000_000 }).map((cents) => cents / 100),
  );

  it('are exact to the last digit or two, and the same in whatever order the rows are', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(near, { minLength: 1, maxLength: 60 }), async (numbers) => {
        const { sum, avg } = await sums(tableOf(numbers));
        const size = Math.max(...numbers.map(Math.abs), Math.abs(sum));
        expect(Math.abs(sum - exactSum(numbers))).toBeLessThanOrEqual(size * 2 ** -51);
        expect(avg).toBe(sum / numbers.length);
        expect(await sums(tableOf([...numbers].reverse()))).toEqual({ sum, avg });
      }),
      { numRuns: seeds(60) },
    );
  });

  it('of one number are that number, and of none are null', async () => {
    for (const number of [0.1, -19.99, 1e300, 5e-324, 0]) {
      expect(await sums(tableOf([number, null]))).toEqual({ sum: number, avg: number });
    }
    expect(await sums(tableOf([null]))).toEqual({ sum: null, avg: null });
  });

  it('lose no number beside others that are far larger: then they are added in the order of the rows', async () => {
    expect(await sums(tableOf([1e300, -1e300, 1]))).toMatchObject({ sum: 1 });
    expect(await sums(tableOf([1, 1e-30]))).toMatchObject({ sum: 1 });
    expect((await ranges.measured(tableOf([1, 1e-30]), request.group)).units?.has('n')).toBe(false);
  });

  it('of a snapshot do not depend on rows that came later', async () => {
    const early = tableOf([0.1, 0.2, 0.3]);
    const late = tableOf([0.1, 0.2, 0.3, 1e-200], early.id);
    const unit = (table: VersionTable) => ranges.measured(table, request.group).then(({ units }) => units?.get('n'));
    const before = await unit(early);
    expect(before).toBeDefined();
    expect(await unit(late)).toBeUndefined();
    expect(await unit(early)).toBe(before);
  });
});
