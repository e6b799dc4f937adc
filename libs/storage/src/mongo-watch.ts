import { Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Ticker } from '@sluice/runtime/ticker';
import { type Connection, ConnectionStates, mongo } from 'mongoose';

const LOOK_MS = 1_000;
/** Far longer than the driver takes to find a server that is back. */
const LOST_FOR_GOOD_MS = 8_000;
const PROBE_LIMIT_MS = 1_000;

/**
 * Ends the process when the driver has lost MongoDB for good: a heartbeat that is written to a socket which closes in the
 * same moment is awaited for ever (mongodb 7.8, `Connection.writeCommand` waits for `drain` of a destroyed socket), and no
 * other is sent. Whatever else hangs on such a socket ends with the process, and its supervisor starts a new one.
 */
export class MongoWatch implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(MongoWatch.name);
  private readonly looking = new Ticker({ name: MongoWatch.name, everyMs: LOOK_MS, turn: () => this.look() });
  /** Since when MongoDB answers others, but not the driver's connection. */
  private forsakenSinceMs: number | null = null;

  constructor(
    private readonly connection: Connection,
    private readonly uri: string,
    private readonly end: () => void = () => process.exit(1),
  ) {}

  onApplicationBootstrap(): void {
    this.looking.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.looking.stop();
  }

  private async look(): Promise<void> {
    const isForsaken = !this.isConnected() && (await this.answersOthers()) && !this.isConnected();
    if (!isForsaken) {
      this.forsakenSinceMs = null;
      return;
    }
    this.forsakenSinceMs ??= performance.now();
    if (performance.now() - this.forsakenSinceMs < LOST_FOR_GOOD_MS) return;
    this.logger.fatal('MongoDB answers, but this process does not find it any more: it ends, to be started again');
    this.end();
  }

  private isConnected(): boolean {
    return this.connection.readyState === ConnectionStates.connected;
  }

  private async answersOthers(): Promise<boolean> {
    const client = new mongo.MongoClient(this.uri, {
      serverSelectionTimeoutMS: PROBE_LIMIT_MS,
      connectTimeoutMS: PROBE_LIMIT_MS,
      socketTimeoutMS: PROBE_LIMIT_MS,
    });
    try {
      await client.db('admin').command({ ping: 1 });
      return true;
    } catch {
      return false;
    } finally {
      await client.close();
    }
  }
}
