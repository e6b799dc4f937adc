import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ImportOptions } from '@sluice/contracts/catalogue/imports';
import type { FieldType } from '@sluice/contracts/fields';
import type { Filter, FilterOperator } from '@sluice/contracts/filter';
import fc from 'fast-check';
import { Engine } from '../../apps/catalogue/src/engine/engine';
import { SortedColumns } from '../../apps/catalogue/src/indexes/sorted-columns';
import { attachTableFile, buildTableFile } from '../../apps/catalogue/src/tables/table-file';
import { ROW, type VersionTable } from '../../apps/catalogue/src/tables/version-table';
import { importFile } from '../../apps/catalogue/src/typing/import-of-a-test';
import { waitFor } from '../support/wait-for';

export const ROWS = 3_000;
export const EARLIER_ROWS = 2_000;
const MIB = 1024 ** 2;

/** Values of each field; those that filters ask for stand beside them, too. */
const values: Record<string, { type: FieldType; own: string[]; others: string[] }> = {
  i: {
    type: 'integer',
    own: ['0', '1', '-7', '9223372036854775807', '-9223372036854775808', '12', '13', '14'],
    others: ['2', '-8'],
  },
  n: { type: 'number', own: ['0', '0.25', '-1.5', '3', '1e300', '-0.0'], others: ['0.26', '-1e+300', '1e-7'] },
  small: { type: 'number', own: ['0.1', '-2.75', '1234.56', '3', '-0.3', '99.99', '0.0625'], others: ['0.2'] },
  d: { type: 'decimal', own: ['0', '0.10', '-123.12', '7', '7.01'], others: ['0.105', '-123.121', '7.009', '99999'] },
  b: { type: 'boolean', own: ['true', 'false'], others: [] },
  day: { type: 'date', own: ['2024-02-29', '0001-01-01', '9999-12-31', '1969-07-20'], others: ['2024-02-28'] },
  at: {
    type: 'datetime',
    own: ['2024-02-29T23:59:59Z', '1969-12-31T23:00:01.000001Z', '9999-12-31T23:59:59.999999Z', '0001-01-01T00:00:00Z'],
    others: ['2024-02-29T23:59:59.5Z'],
  },
  opens: { type: 'time', own: ['00:00:00', '09:30:00.5', '23:59:59.999999'], others: ['09:30:00'] },
  t: {
    type: 'text',
    own: ['a', 'A', 'é', 'Ab c', '100%', '😀', '\uff5e', 'zaÉ', 'a b', '\ufeffx', 'x'],
    others: ['', 'b', 'a ', '\ufeff'],
  },
};
export const names = Object.keys(values);

const operators: FilterOperator[] = ['eq', 'ne', 'gt', 'gte', 'lt', 'lte', 'in', 'nin', 'null'];
const leaf = fc.constantFrom(...names).chain((field) => {
  const { type = 'text', own = [], others = [] } = values[field] ?? {};
  const value = fc.constantFrom(...own.map((text) => (text === '-0.0' ? '0' : text)), ...others);
  return fc.constantFrom(...operators, ...(type === 'text' ? (['starts', 'contains'] as const) : [])).chain((op) => {
    const list =
      op === 'in' || op === 'nin'
        ? fc.array(fc.option(value, { freq: 4 }), { minLength: 1, maxLength: 4 })
        : op === 'null'
          ? fc.constantFrom('true', 'false').map((each) => [each])
          : fc.tuple(op === 'eq' || op === 'ne' ? fc.option(value, { freq: 8 }) : value);
    return list.map((each): Filter => ({ field, op, values: each }));
  });
});
export const { tree } = fc.letrec<{ tree: Filter }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    { weight: 3, arbitrary: leaf },
    { weight: 2, arbitrary: fc.array(tie('tree'), { minLength: 1, maxLength: 3 }).map((and) => ({ and })) },
    { weight: 1, arbitrary: fc.array(tie('tree'), { minLength: 2, maxLength: 3 }).map((or) => ({ or })) },
    { weight: 1, arbitrary: tie('tree').map((not) => ({ not })) },
  ),
}));

/** A table with values of all types, of which many are equal or null; with an engine of its own. */
export class TableOfAllTypes {
  private constructor(
    private readonly root: string,
    readonly engine: Engine,
    readonly table: VersionTable,
  ) {}

  static async make(): Promise<TableOfAllTypes> {
    const root = await mkdtemp(join(tmpdir(), 'catalogue-sorted-'));
    const limits = { memoryBytes: 256e6, threads: 2, running: 4, waiting: 99 };
    const engine = await Engine.open({ directory: root, name: 'reads', ...limits });
    const cells = fc.record(
      Object.fromEntries(
        names.map((name) => [name, fc.option(fc.constantFrom(...(values[name]?.own ?? [])), { freq: 6 })]),
      ),
    );
    const lines = fc
      .sample(cells, { numRuns: ROWS, seed: 7 })
      .map((row, id) => [id, ...names.map((name) => (row[name] === null ? '' : `"${row[name]}"`))].join());
    const path = join(root, 'source');
    await writeFile(path, ['id', ...names].join().concat('\n', lines.join('\n'), '\n'));
    const types = Object.fromEntries(names.map((name) => [name, values[name]?.type ?? 'text']));
    const options = ImportOptions.parse({ format: 'csv', types });
    const work = { directory: root, onRows: () => {} };
    const imported = await importFile(engine, { path, kind: 'csv', warnings: [] }, options, work);
    const file = join(root, 'table.duckdb');
    await buildTableFile(engine, 'sorted', imported.path, file);
    const { fields, rowCount } = imported;
    const table = { id: 'sorted', sql: await attachTableFile(engine, 'sorted', file), fields, rowCount };
    return new TableOfAllTypes(root, engine, table);
  }

  async remove(): Promise<void> {
    this.engine.close();
    await rm(this.root, { recursive: true });
  }

  /** The table as it was when it had fewer rows. */
  earlier(): VersionTable {
    const sql = `(SELECT * FROM ${this.table.sql} WHERE ${ROW} < ${EARLIER_ROWS})`;
    return { ...this.table, sql, rowCount: EARLIER_ROWS };
  }

  /** The table with every seventh row replaced. */
  withGaps(): VersionTable {
    const positions = Uint32Array.from({ length: Math.ceil(ROWS / 7) }, (_, index) => 7 * index);
    return {
      ...this.table,
      sql: `(SELECT * FROM ${this.table.sql} WHERE ${ROW} % 7 <> 0)`,
      rowCount: ROWS - positions.length,
      gaps: { allSql: this.table.sql, end: ROWS, positions },
    };
  }

  async columnsOf(of: VersionTable): Promise<SortedColumns> {
    const columns = new SortedColumns(this.engine, 64 * MIB);
    for (const field of of.fields) await waitFor(`the column of ${field.name}`, () => columns.find(of, field));
    return columns;
  }
}
