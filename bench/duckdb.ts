import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { tableCsv } from './table';

/** DuckDB alone, in this process, over the same 200,000 rows: what the product is held against. */
export class BareDuckDb {
  private constructor(
    readonly directory: string,
    readonly csv: string,
    private readonly connection: DuckDBConnection,
  ) {}

  static async open(): Promise<BareDuckDb> {
    const directory = mkdtempSync(join(tmpdir(), 'sluice-bench-'));
    const csv = join(directory, 'table.csv');
    writeFileSync(csv, tableCsv());
    const instance = await DuckDBInstance.create(join(directory, 'table.duckdb'), { threads: '2' });
    const connection = await instance.connect();
    await connection.run(`CREATE TABLE rows AS SELECT * FROM read_csv('${csv}')`);
    return new BareDuckDb(directory, csv, connection);
  }

  async run(sql: string): Promise<unknown[][]> {
    return (await this.connection.runAndReadAll(sql)).getRows();
  }

  close(): void {
    this.connection.closeSync();
    rmSync(this.directory, { recursive: true, force: true });
  }
}
