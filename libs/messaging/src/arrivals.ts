import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { CLOCK, type Clock } from '@sluice/runtime/clock';
import { Ticker } from '@sluice/runtime/ticker';
import { Bus } from './bus';

const PROBE_MS = 250;
/** Longer without an answer to a PING: this process stood still, or the way to the server did. */
const STALL_MS = 1_000;

/**
 * How old a message may be that is handled now. What waits in a socket while the process is stopped, or on
 * a way that stands still, looks as fresh as any other once it moves on: a heartbeat would vouch for what was true long
 * ago, and work would be done that nobody waits for any more. The server answers a PING behind all that it sent before,
 * so whatever comes after the answer is younger than the PING.
 */
@Injectable()
export class Arrivals implements OnModuleInit, OnApplicationShutdown {
  /** By the monotonic clock: whatever is handled now left the server after it. */
  provenMs: number;
  private readonly probing = new Ticker({ name: Arrivals.name, everyMs: PROBE_MS, turn: () => this.probe() });

  constructor(
    private readonly bus: Bus,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    this.provenMs = clock.monotonicMs();
  }

  onModuleInit(): void {
    const isFresh = () => {
      this.provenMs = this.clock.monotonicMs();
    };
    // Nothing is kept for a client that is away: a new connection starts empty.
    this.bus.onRestored(isFresh);
    void this.bus.connection().then(isFresh);
    this.probing.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.probing.stop();
  }

  /** When what is handled now came at the earliest: at this moment, unless something stood still. */
  earliestMs(): number {
    const nowMs = this.clock.monotonicMs();
    return nowMs - this.provenMs < STALL_MS ? nowMs : this.provenMs;
  }

  private async probe(): Promise<void> {
    const connection = this.bus.connected();
    if (!connection) return;
    const sentMs = this.clock.monotonicMs();
    try {
      await connection.flush();
      this.provenMs = Math.max(this.provenMs, sentMs);
    } catch {
      // The connection was lost, and with it all that was under way.
    }
  }
}
