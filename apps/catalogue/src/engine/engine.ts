import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type DuckDBConnection,
  type DuckDBDataChunk,
  DuckDBInstance,
  type DuckDBType,
  type DuckDBValue,
} from '@duckdb/node-api';
import { requestScope } from '@sluice/runtime/request-scope';
import { FairQueue, type Lane, TurnTooLate } from './fair-queue';
import { PreparedStatements } from './prepared-statements';
import { literal } from './sql';

/** Tells that a query ran longer than its limit and was interrupted. */
export class QueryTimeout extends Error {}

/** Tells that no space was left on the disk, or that DuckDB may not take more of it or of memory. */
export class StorageFull extends Error {}

export interface EngineOptions {
  /** The only directory in which the engine reads and writes files; its spill directory is below it. */
  directory: string;
  /** Names the spill directory. */
  name: string;
  memoryBytes: number;
  /** It may spill so much to the disk; without, nine tenths of the space that is free. */
  spillBytes?: number;
  threads: number;
  /** Short queries at once; `waiting` more may queue. */
  running: number;
  waiting: number;
  /** Scans at once beside them, and those of one caller; as many as short ones unless said otherwise. */
  scans?: { running: number; each: number };
}

export interface QueryLimits {
  /** Counted from the call: what it waits for its turn is not there to run. */
  timeoutMs?: number;
  signal?: AbortSignal;
  /** `scan` for what may read whole tables; short otherwise. */
  lane?: Lane;
}

/** A row as DuckDB's driver gives it, by position. */
export type Cells = DuckDBValue[];

// `interrupt()` is lost when it comes before the query has begun, so it is said again until the query has ended.
const INTERRUPT_MS = 20;

interface Session {
  connection: DuckDBConnection;
  prepared: PreparedStatements;
}

/**
 * One DuckDB instance in this process, closed to everything outside its directory before it sees any data: external
 * access is off and the configuration locked. Every query waits its caller's turn in one bounded queue.
 */
export class Engine {
  private readonly idle: Session[] = [];
  private readonly queue: FairQueue;

  private constructor(
    private readonly instance: DuckDBInstance,
    { running, waiting, scans = { running, each: running } }: EngineOptions,
  ) {
    this.queue = new FairQueue({
      running: { quick: running, scan: scans.running },
      each: { quick: running, scan: scans.each },
      waiting,
      waitingEach: Math.ceil(waiting / 2),
    });
  }

  static async open(options: EngineOptions): Promise<Engine> {
    const spill = join(options.directory, `${options.name}-spill`);
    await mkdir(spill, { recursive: true });
    const instance = await DuckDBInstance.create(':memory:', {
      memory_limit: `${options.memoryBytes}B`,
      threads: String(options.threads),
      temp_directory: spill,
      ...(options.spillBytes !== undefined && { max_temp_directory_size: `${options.spillBytes}B` }),
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
    });
    const connection = await instance.connect();
    await connection.run(`SET allowed_directories = [${literal(options.directory)}]`);
    // A datetime without an offset is UTC.
    await connection.run("SET GLOBAL TimeZone = 'UTC'");
    await connection.run('SET enable_external_access = false');
    await connection.run('SET lock_configuration = true');
    const engine = new Engine(instance, options);
    engine.idle.push(session(connection));
    return engine;
  }

  /** Runs one statement whose rows fit in memory. Values are bound to `?` in their order. */
  query(sql: string, values: DuckDBValue[] = [], limits: QueryLimits = {}): Promise<Cells[]> {
    return this.connected(limits, async ({ connection }) => {
      const reader = await connection.runAndReadAll(sql, values);
      return reader.getRows();
    });
  }

  /** The same for a statement that comes again and again with other values: it is parsed once. */
  queryAgain(sql: string, values: DuckDBValue[], limits: QueryLimits = {}): Promise<Cells[]> {
    return this.connected(limits, ({ prepared }) => prepared.rows(sql, values));
  }

  /** Runs one statement and hands on its rows as they come, a few thousand at a time, as DuckDB's own buffers. */
  eachChunk(sql: string, take: (chunk: DuckDBDataChunk) => void, limits: QueryLimits = {}): Promise<void> {
    return this.connected(limits, async ({ connection }) => {
      const result = await connection.stream(sql);
      for (let chunk = await result.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
        take(chunk);
      }
    });
  }

  /** Runs one statement whose rows fit in memory, and leaves them as DuckDB's own buffers. */
  chunks(sql: string, values: DuckDBValue[] = [], limits: QueryLimits = {}): Promise<DuckDBDataChunk[]> {
    return this.connected(limits, async ({ connection }) => {
      const result = await connection.run(sql, values);
      return result.fetchAllChunks();
    });
  }

  /** The columns that a query has, without running it. */
  describe(sql: string, limits: QueryLimits = {}): Promise<{ name: string; type: DuckDBType }[]> {
    return this.connected(limits, async ({ connection }) => {
      const result = await connection.run(`SELECT * FROM (${sql}) LIMIT 0`);
      const types = result.columnTypes();
      return result.columnNames().flatMap((name, index) => {
        const type = types[index];
        return type ? [{ name, type }] : [];
      });
    });
  }

  /** Gives up everything that is running and closes. */
  close(): void {
    for (const { connection, prepared } of this.idle) {
      prepared.close();
      connection.closeSync();
    }
    this.instance.closeSync();
  }

  private connected<T>(limits: QueryLimits, work: (session: Session) => Promise<T>): Promise<T> {
    const { signal, timeoutMs, lane = 'quick' } = limits;
    const untilMs = timeoutMs === undefined ? undefined : performance.now() + timeoutMs;
    const caller = requestScope.getStore()?.actor?.id ?? 'system';
    const running = this.queue.run(
      async () => {
        const free = this.idle.pop() ?? session(await this.instance.connect());
        try {
          const leftMs = untilMs === undefined ? undefined : Math.max(0, untilMs - performance.now());
          return await bounded(free.connection, { signal, timeoutMs: leftMs }, () => work(free));
        } finally {
          this.idle.push(free);
        }
      },
      { lane, caller, signal, withinMs: timeoutMs },
    );
    return running.catch((error: unknown) => {
      throw error instanceof TurnTooLate ? new QueryTimeout('the query waited too long for its turn') : error;
    });
  }
}

function session(connection: DuckDBConnection): Session {
  return { connection, prepared: new PreparedStatements(connection) };
}

async function bounded<T>(connection: DuckDBConnection, limits: QueryLimits, work: () => Promise<T>): Promise<T> {
  const { signal, timeoutMs } = limits;
  let timedOut = false;
  let again: NodeJS.Timeout | undefined;
  const interrupt = () => {
    connection.interrupt();
    again ??= setInterval(() => connection.interrupt(), INTERRUPT_MS);
  };
  const timer =
    timeoutMs === undefined
      ? undefined
      : setTimeout(() => {
          timedOut = true;
          interrupt();
        }, timeoutMs);
  signal?.addEventListener('abort', interrupt, { once: true });
  try {
    return await work();
  } catch (error) {
    if (timedOut) throw new QueryTimeout('the query took too long');
    signal?.throwIfAborted();
    throw isStorageFull(error) ? new StorageFull('no space left for the query', { cause: error }) : error;
  } finally {
    clearTimeout(timer);
    clearInterval(again);
    signal?.removeEventListener('abort', interrupt);
  }
}

/** Reads the code that the system or Node gave an error, such as ENOSPC. */
export function errorCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return String(error.code);
}

/** True for the operating system's and for DuckDB's ways of saying that space has run out. */
export function isStorageFull(error: unknown): boolean {
  const code = errorCode(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') return true;
  return /No space left on device|Out of Memory Error|max_temp_directory_size/i.test(String(error));
}
