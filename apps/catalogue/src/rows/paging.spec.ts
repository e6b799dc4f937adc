import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RowKey, RowsRequest } from '@sluice/contracts/catalogue/rows';
import type { Field, FieldType } from '@sluice/contracts/fields';
import fc from 'fast-check';
import { seeds } from '../../../../test/measure/seeds';
import { Engine } from '../engine/engine';
import { sqlType } from '../engine/json-text';
import { ROW, type VersionTable } from '../tables/version-table';
import { readGroups } from './read-groups';
import { readPage } from './read-page';

const ROWS = 40;
const SCALE = 2;
const LIMIT_MS = 10_000;
const long = "repeat('x', 9000)";

/** Values of each type at its extremes and near each other, as SQL; each often enough that there are ties. */
const extremes: Record<Exclude<FieldType, 'json'>, string[]> = {
  text: ['NULL', "''", "'a'", "'b'", "'é'", `${long} || 'a'`, `${long} || 'b'`],
  integer: ['NULL', '-9223372036854775808', '9223372036854775807', '9007199254740993', '9007199254740992', '0'],
  number: ['NULL', "'-0'", '0', '1e308', '-1e308', '5e-324', '0.1', '0.30000000000000004', '0.3'],
  decimal: ['NULL', '99999999999999999999.99', '-99999999999999999999.99', '0.01', '0', '0.02'],
  boolean: ['NULL', 'true', 'false'],
  date: ['NULL', "'0044-03-15 (BC)'", "'0001-01-01 (BC)'", "'0001-01-01'", "'9999-12-31'", "'10000-01-01'"],
  datetime: [
    'NULL',
    "'0001-01-01 (BC) 10:00:00'",
    "'9999-12-31 23:59:59.999999'",
    "'10000-01-01 00:00:00'",
    "'2026-01-01'",
  ],
  time: ['NULL', "'00:00:00'", "'23:59:59.999999'", "'24:00:00'"],
};
const types = Object.keys(extremes) as (keyof typeof extremes)[];
const fieldOf = (type: FieldType): Field => {
  return { name: type, label: type, type, scale: SCALE, nullable: true, min: null, max: null, distinct: null };
};

describe('pages one behind the other', () => {
  let root: string;
  let engine: Engine;
  let table: VersionTable;

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'catalogue-paging-'));
    const limits = { memoryBytes: 256e6, threads: 2, running: 4, waiting: 99 };
    engine = await Engine.open({ directory: root, name: 'reads', ...limits });
    const columns = types.map((type) => `"${type}" ${sqlType(type, SCALE)}`);
    await engine.query(`CREATE TABLE extremes (${ROW} BIGINT, id BIGINT, ${columns.join(', ')})`);
    const rows = Array.from({ length: ROWS }, (_, row) => {
      // Steps that share no factor with each other bring every value beside every other.
      const values = types.map((type, at) => extremes[type][(row * (at + 1) + (row >> 3)) % extremes[type].length]);
      return `(${[row, row, ...values].join(', ')})`;
    });
    await engine.query(`INSERT INTO extremes VALUES ${rows.join(', ')}`);
    const fields = [{ ...fieldOf('integer'), name: 'id' }, ...types.map(fieldOf)];
    table = { id: 'extremes', sql: 'extremes', fields, rowCount: ROWS };
  });
  afterAll(async () => {
    engine.close();
    await rm(root, { recursive: true });
  });

  type Request = Pick<RowsRequest, 'select' | 'sort' | 'limit'> & Partial<Pick<RowsRequest, 'group' | 'after'>>;
  async function read(request: Request) {
    const snapshot = { versionId: `ver_${'0'.repeat(26)}`, seq: 0 };
    const whole = RowsRequest.parse({ snapshot, count: false, ...request });
    const { group } = whole;
    const { head, bytes } = group
      ? await readGroups(engine, table, { ...whole, group }, LIMIT_MS)
      : await readPage(engine, table, whole, LIMIT_MS);
    return { ...head, rows: JSON.parse(Buffer.from(bytes).toString()) as unknown[] };
  }

  async function readPaged(request: Request) {
    const paged: unknown[] = [];
    for (let after: RowKey | undefined, first = true; first || after; first = false) {
      const page = await read({ ...request, after });
      paged.push(...page.rows);
      after = page.nextKey ?? undefined;
      expect(after?.values ?? []).toEqual([]);
    }
    return paged;
  }

  const sorts = fc.uniqueArray(fc.record({ field: fc.constantFrom(...types), descending: fc.boolean() }), {
    selector: ({ field }) => field,
    minLength: 1,
    maxLength: 3,
  });

  it('are the whole result, by every type and its extremes, both ways, with ties and nulls', async () => {
    for (const field of types) {
      for (const descending of [false, true]) {
        const order = { select: ['id'], sort: [{ field, descending }] };
        const { rows } = await read({ ...order, limit: ROWS });
        expect(rows).toHaveLength(ROWS);
        expect(await readPaged({ ...order, limit: 1 })).toEqual(rows);
      }
    }
    await fc.assert(
      fc.asyncProperty(sorts, fc.integer({ min: 1, max: 9 }), async (sort, limit) => {
        const { rows } = await read({ select: ['id'], sort, limit: ROWS });
        expect(await readPaged({ select: ['id'], sort, limit })).toEqual(rows);
      }),
      { numRuns: seeds(60) },
    );
  });

  it('are all groups, in any order of them', async () => {
    await fc.assert(
      fc.asyncProperty(sorts, fc.integer({ min: 1, max: 5 }), async (sort, limit) => {
        const names = sort.map(({ field }) => field);
        const keys = names.map((name) => ({ field: name, name }));
        const group = { keys, aggregates: [{ fn: 'count' as const, name: 'count' }] };
        const request = { select: ['count'], sort, group: RowsRequest.shape.group.parse(group) };
        const { rows } = await read({ ...request, limit: 1_000 });
        expect(await readPaged({ ...request, limit })).toEqual(rows);
      }),
      { numRuns: seeds(20) },
    );
  });
});
