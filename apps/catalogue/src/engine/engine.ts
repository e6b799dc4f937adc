import type { DuckDBConnection, DuckDBDataChunk, DuckDBType, DuckDBValue } from '@duckdb/node-api';
import { requestScope } from '@sluice/runtime/request-scope';
import { inStage, keptSpan } from '@sluice/runtime/tracing';
import { explain, InstanceLost, QueryTimeout } from './engine-errors';
import { FairQueue, type Lane, TurnTooLate } from './fair-queue';
import { Instance, type InstanceOptions } from './instance';

export interface EngineOptions extends InstanceOptions {
  /** Short queries at once; `waiting` more may queue. */
  running: number;
  waiting: number;
  /** Scans at once beside them, and those of one caller; as many as short ones unless said otherwise. */
  scans?: { running: number; each: number };
  /** Its time counts for the request that it works for. */
  isTimed?: boolean;
}

export interface QueryLimits {
  /** Counted from the call: what it waits for its turn is not there to run. */
  timeoutMs?: number;
  signal?: AbortSignal;
  /** `scan` for what may read whole tables; short otherwise. */
  lane?: Lane;
  /** What is read, such as a version: one caller's statements take turns by it. */
  of?: string;
}

/** A row as DuckDB's driver gives it, by position. */
export type Cells = DuckDBValue[];

// `interrupt()` is lost when it comes before the query has begun, so it is said again until the query has ended.
const INTERRUPT_MS = 20;
const MEASURE_LIMIT_MS = 1_000;
const MEMORY_SQL = 'SELECT sum(memory_usage_bytes), sum(temporary_storage_bytes) FROM duckdb_memory()';

/**
 * Runs statements in one DuckDB instance of this process. Every query waits its caller's turn in one bounded queue. An
 * instance that DuckDB gives up is replaced by a new one, without any of the tables that were in it.
 */
export class Engine {
  private readonly queue: FairQueue;
  private readonly whenLost: (() => void)[] = [];
  private opening: Promise<Instance> | null = null;

  private constructor(
    /** Null while DuckDB has given up the last one, and the next is not open yet. */
    private instance: Instance | null,
    private readonly options: EngineOptions,
  ) {
    const { running, waiting, scans = { running, each: running } } = options;
    this.queue = new FairQueue(options.name, {
      running: { quick: running, scan: scans.running },
      each: { quick: running, scan: scans.each },
      waiting,
      waitingEach: Math.ceil(waiting / 2),
    });
  }

  static async open(options: EngineOptions): Promise<Engine> {
    return new Engine(await Instance.open(options), options);
  }

  /** Tells whether statements can be run at once: not while a lost instance is being replaced. */
  get isOpen(): boolean {
    return this.instance !== null;
  }

  /** Calls when an instance was lost with all the tables in it. */
  onLost(listener: () => void): void {
    this.whenLost.push(listener);
  }

  /**
   * Runs one statement whose rows fit in memory. Values are bound to `?` in their order. No statement is kept for the next
   * call: DuckDB plans one with values anew each time, and one without holds the memory of its last run.
   */
  query(sql: string, values: DuckDBValue[] = [], limits: QueryLimits = {}): Promise<Cells[]> {
    return this.connected(limits, async (connection) => {
      const reader = await connection.runAndReadAll(sql, values);
      return reader.getRows();
    });
  }

  /** Runs one statement and hands on its rows as they come, a few thousand at a time, as DuckDB's own buffers. */
  eachChunk(sql: string, take: (chunk: DuckDBDataChunk) => void, limits: QueryLimits = {}): Promise<void> {
    return this.connected(limits, async (connection) => {
      const result = await connection.stream(sql);
      for (let chunk = await result.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
        take(chunk);
      }
    });
  }

  /** Runs one statement whose rows fit in memory, and leaves them as DuckDB's own buffers. */
  chunks(sql: string, values: DuckDBValue[] = [], limits: QueryLimits = {}): Promise<DuckDBDataChunk[]> {
    return this.connected(limits, async (connection) => {
      const result = await connection.run(sql, values);
      return result.fetchAllChunks();
    });
  }

  /** The columns that a query has, without running it. */
  describe(sql: string, limits: QueryLimits = {}): Promise<{ name: string; type: DuckDBType }[]> {
    return this.connected(limits, async (connection) => {
      const result = await connection.run(`SELECT * FROM (${sql}) LIMIT 0`);
      const types = result.columnTypes();
      return result.columnNames().flatMap((name, index) => {
        const type = types[index];
        return type ? [{ name, type }] : [];
      });
    });
  }

  /** Tells the memory and the disk that DuckDB has taken at this moment, in bytes. Waits its turn, a second at most. */
  async measure(): Promise<{ memoryBytes: number; spilledBytes: number }> {
    const [sums] = await this.query(MEMORY_SQL, [], { timeoutMs: MEASURE_LIMIT_MS });
    return { memoryBytes: Number(sums?.[0] ?? 0), spilledBytes: Number(sums?.[1] ?? 0) };
  }

  /** Gives up everything that is running and closes. */
  close(): void {
    this.instance?.close();
  }

  private connected<T>(limits: QueryLimits, work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    const { signal, timeoutMs, lane = 'quick', of } = limits;
    const untilMs = timeoutMs === undefined ? undefined : performance.now() + timeoutMs;
    const scope = requestScope.getStore();
    const caller = scope?.actor?.id ?? 'system';
    const time = this.options.isTimed ? scope?.queryTime : undefined;
    let waiting = keptSpan()?.child('queue', 'internal');
    waiting?.tell({ 'sluice.queue': this.options.name });
    const running = this.queue.run(
      async () => {
        waiting?.end();
        waiting = undefined;
        const instance = this.instance ?? (await this.reopen());
        const connection = await instance.take();
        try {
          const leftMs = untilMs === undefined ? undefined : Math.max(0, untilMs - performance.now());
          return await inStage('duckdb', () =>
            bounded(connection, { signal, timeoutMs: leftMs }, () =>
              time ? time.measure(() => work(connection)) : work(connection),
            ),
          );
        } catch (error) {
          if (error instanceof InstanceLost) this.lose(instance);
          throw error;
        } finally {
          instance.giveBack(connection);
        }
      },
      { lane, caller, of, signal, withinMs: timeoutMs },
    );
    return running.catch((error: unknown) => {
      waiting?.end(true);
      throw error instanceof TurnTooLate ? new QueryTimeout('the query waited too long for its turn') : error;
    });
  }

  private lose(instance: Instance): void {
    if (this.instance !== instance) return;
    this.instance = null;
    instance.close();
    for (const listener of this.whenLost) listener();
    // One that cannot be opened now is tried again by the next statement.
    this.reopen().catch(() => {});
  }

  private reopen(): Promise<Instance> {
    this.opening ??= Instance.open(this.options)
      .then((instance) => {
        this.instance = instance;
        return instance;
      })
      .finally(() => {
        this.opening = null;
      });
    return this.opening;
  }
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
    throw explain(error);
  } finally {
    clearTimeout(timer);
    clearInterval(again);
    signal?.removeEventListener('abort', interrupt);
  }
}
