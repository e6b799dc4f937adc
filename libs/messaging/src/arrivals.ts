import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { CLOCK, type Clock } from '@sluice/runtime/clock';
import { Ticker } from '@sluice/runtime/ticker';
import { Bus } from './bus';

const PROBE_MS = 250;
/** Longer without an answer to a PING: this process stood still, or the way to the server did. */
const STALL_MS = 1_000;

/**
 * Tells how old a message may be that is handled now. A message that waited in a socket, while the process was stopped or
 * the network stood still, looks as fresh as any other. A heartbeat would vouch for what was true long ago, and a service
 * would do work that no caller waits for any more. The server answers a PING after all that it sent before, so a message
 * that comes after the answer is younger than the PING.
 */
@Injectable()
export class Arrivals implements OnModuleInit, OnApplicationShutdown {
  /** By the monotonic clock: a message that is handled now left the server after it. */
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
