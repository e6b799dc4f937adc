import { AsyncDuckDB, type AsyncDuckDBConnection, VoidLogger } from '@duckdb/duckdb-wasm';
import workerUrl from '@duckdb/duckdb-wasm/dist/duckdb-browser-eh.worker.js?url';
import wasmUrl from '@duckdb/duckdb-wasm/dist/duckdb-eh.wasm?url';
import { neededBy } from './needed-columns';
import type { ParquetColumn } from './parquet-columns';
import type { RemoteFile } from './remote-file';

/** A result as texts, with the types of its columns. */
export interface Result {
  columns: { name: string; type: string }[];
  rows: Record<string, string | null>[];
  /** There are more rows than are shown. */
  hasMore: boolean;
}

const MAX_SHOWN = 1_000;
/** Plans are made against a table without rows; these would see that it has none. */
const PLAIN_PLANS = "SET disabled_optimizers = 'statistics_propagation,late_materialization'";

/** DuckDB in this browser, with one table whose columns are fetched as statements need them. */
export class BrowserDatabase {
  private constructor(
    private readonly connection: AsyncDuckDBConnection,
    private readonly table: string,
    private readonly remote: RemoteFile,
  ) {}

  static async open(table: string, remote: RemoteFile): Promise<BrowserDatabase> {
    const database = new AsyncDuckDB(new VoidLogger(), new Worker(workerUrl));
    await database.instantiate(wasmUrl);
    await database.open({});
    const connection = await database.connect();
    // Everything that it may ask for is served from here, and extensions are not.
    await connection.query('SET autoinstall_known_extensions = false; SET autoload_known_extensions = false');
    await connection.query(`CREATE SCHEMA plans; ${PLAIN_PLANS}`);
    const columns = remote.file.columns.map(({ name, sqlType }) => `${quoted(name)} ${sqlType}`);
    await connection.query(`CREATE TABLE plans.${quoted(table)} (${columns.join(', ')})`);
    return new BrowserDatabase(connection, table, remote);
  }

  /** Runs one statement that gives rows. Throws in DuckDB's words. */
  async run(sql: string): Promise<Result> {
    const statement = sql.trim().replace(/;\s*$/, '');
    await this.load(statement);
    await this.connection.query("SET schema = 'main'");
    const described = await this.connection.query(`DESCRIBE SELECT * FROM (${statement})`);
    const columns = described
      .toArray()
      .map((row) => ({ name: String(row.column_name), type: String(row.column_type) }));
    const texts = await this.connection.query(
      `SELECT CAST(COLUMNS(*) AS VARCHAR) FROM (${statement}) LIMIT ${MAX_SHOWN + 1}`,
    );
    const rows = texts
      .toArray()
      .slice(0, MAX_SHOWN)
      .map((row) => Object.fromEntries(columns.map(({ name }) => [name, row[name] ?? null])));
    return { columns, rows, hasMore: texts.numRows > MAX_SHOWN };
  }

  /** Puts what a statement reads into the table of its name; of other columns it has nulls. */
  private async load(statement: string): Promise<void> {
    const { connection, remote, table } = this;
    await connection.query("SET schema = 'plans'");
    const [plan] = (await connection.query(`EXPLAIN (FORMAT json) ${statement}`)).toArray();
    const { columns, rows } = neededBy(
      String(plan?.explain_value),
      statement,
      remote.file.columns.map(({ name }) => name),
    );
    const stream = columns.length > 0 ? await remote.columns(columns, rows) : null;
    await connection.query('DROP TABLE IF EXISTS main.loaded CASCADE');
    await connection.query("SET schema = 'main'");
    if (stream) await connection.insertArrowFromIPCStream(stream, { schema: 'main', name: 'loaded', create: true });
    else
      await connection.query(
        `CREATE TABLE main.loaded AS SELECT NULL AS nothing FROM range(${Math.min(rows ?? remote.file.rows, remote.file.rows)})`,
      );
    const all = remote.file.columns.map((column) => columnOf(column, columns.includes(column.name)));
    await connection.query(`CREATE OR REPLACE VIEW main.${quoted(table)} AS SELECT ${all.join(', ')} FROM main.loaded`);
  }
}

function columnOf({ name, sqlType }: ParquetColumn, isLoaded: boolean): string {
  return `CAST(${isLoaded ? quoted(name) : 'NULL'} AS ${sqlType}) AS ${quoted(name)}`;
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
