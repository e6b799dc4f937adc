import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { sqlOf } from '../workloads/dialects';
import { tableCsv } from '../workloads/table';
import { CONNECTIONS, type Side } from './side';

/** DuckDB alone, in this process, over the same rows: without a client, HTTP or a bus. */
export class BareDuckDb {
  private constructor(
    readonly directory: string,
    readonly csv: string,
    private readonly connections: readonly DuckDBConnection[],
  ) {}

  static async open(rows?: number): Promise<BareDuckDb> {
    const directory = mkdtempSync(join(tmpdir(), 'sluice-bench-'));
    const csv = join(directory, 'table.csv');
    writeFileSync(csv, tableCsv(rows));
    const instance = await DuckDBInstance.create(join(directory, 'table.duckdb'), { threads: '2' });
    const connections = await Promise.all(Array.from({ length: CONNECTIONS }, () => instance.connect()));
    await connections[0]?.run(`CREATE TABLE rows AS SELECT * FROM read_csv('${csv}')`);
    return new BareDuckDb(directory, csv, connections);
  }

  async run(sql: string, connection = this.connections[0]): Promise<unknown[][]> {
    return (await connection?.runAndReadAll(sql))?.getRows() ?? [];
  }

  side(): Side {
    return {
      name: 'DuckDB',
      pids: () => [],
      ask: async (next, seconds) => {
        const latenciesMs: number[] = [];
        const startedMs = performance.now();
        const endMs = startedMs + seconds * 1_000;
        const asking = this.connections.map(async (connection) => {
          for (let now = performance.now(); now < endMs; now = performance.now()) {
            const question = next();
            if (!question) return;
            await this.run(`SELECT to_json(page) FROM (${sqlOf(question)}) page`, connection);
            latenciesMs.push(performance.now() - now);
          }
        });
        await Promise.all(asking);
        return { latenciesMs, seconds: (performance.now() - startedMs) / 1_000 };
      },
      rows: async (question) =>
        (await this.run(`SELECT to_json(page) FROM (${sqlOf(question)}) page`)).map(([json]) =>
          JSON.parse(String(json)),
        ),
    };
  }

  close(): void {
    for (const connection of this.connections) connection.closeSync();
    rmSync(this.directory, { recursive: true, force: true });
  }
}
