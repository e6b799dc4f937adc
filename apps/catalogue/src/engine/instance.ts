import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { literal } from './sql';

export interface InstanceOptions {
  /** The only directory in which statements read and write files; the spill directory is below it. */
  directory: string;
  /** Names the spill directory. */
  name: string;
  memoryBytes: number;
  /** It may spill so much to the disk; without, nine tenths of the space that is free. */
  spillBytes?: number;
  threads: number;
  /** Keeps footers of Parquet files in memory and no other bytes of files: for those that are read a few columns at a time. */
  keepsFooters?: boolean;
  /** Statements without an order give rows as they read them: lists of values are compared, where joins would mix the rows. */
  keepsOrder?: boolean;
}

/**
 * Holds one DuckDB instance and its connections, closed to everything outside its directory before it sees any data:
 * external access is off and the configuration locked.
 */
export class Instance {
  private readonly idle: DuckDBConnection[] = [];
  private closed = false;

  private constructor(private readonly instance: DuckDBInstance) {}

  static async open({
    directory,
    name,
    memoryBytes,
    spillBytes,
    threads,
    keepsFooters = false,
    keepsOrder = false,
  }: InstanceOptions): Promise<Instance> {
    const spill = join(directory, `${name}-spill`);
    await mkdir(spill, { recursive: true });
    const database = await DuckDBInstance.create(':memory:', {
      memory_limit: `${memoryBytes}B`,
      threads: String(threads),
      temp_directory: spill,
      ...(spillBytes !== undefined && { max_temp_directory_size: `${spillBytes}B` }),
      ...(keepsFooters && { enable_external_file_cache: 'false' }),
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
    });
    const connection = await database.connect();
    await connection.run(`SET allowed_directories = [${literal(directory)}]`);
    // A datetime without an offset is UTC.
    await connection.run("SET GLOBAL TimeZone = 'UTC'");
    if (keepsFooters) await connection.run('SET GLOBAL parquet_metadata_cache = true');
    if (keepsOrder) await connection.run("SET GLOBAL disabled_optimizers = 'in_clause'");
    await connection.run('SET enable_external_access = false');
    await connection.run('SET lock_configuration = true');
    const instance = new Instance(database);
    instance.giveBack(connection);
    return instance;
  }

  /** Takes a connection that nobody uses, until it is given back. */
  async take(): Promise<DuckDBConnection> {
    return this.idle.pop() ?? (await this.instance.connect());
  }

  giveBack(connection: DuckDBConnection): void {
    if (this.closed) connection.closeSync();
    else this.idle.push(connection);
  }

  /** Closes at once what nobody uses, and each connection in use when it is given back. */
  close(): void {
    this.closed = true;
    for (const connection of this.idle.splice(0)) connection.closeSync();
    this.instance.closeSync();
  }
}
