import {
  type BeforeApplicationShutdown,
  Controller,
  Inject,
  Injectable,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { PayloadOf } from '@sluice/contracts/contract';
import { gatewayBeat } from '@sluice/contracts/gateway/gateways';
import type { Receipt } from '@sluice/contracts/tokens/tokens';
import { Events } from '@sluice/messaging/events';
import { Hears } from '@sluice/messaging/handles';
import { CLOCK, type Clock } from '@sluice/runtime/clock';
import { instanceId } from '@sluice/runtime/logging';
import { Ticker } from '@sluice/runtime/ticker';
import { Routes } from '../routing/route-feed';
import { LEASE_MS } from '../verdicts/verdict-cache';
import { Verdicts } from '../verdicts/verdicts';

const BEAT_MS = 500;
const RECEIPT_MS = 2_000;

interface Replica {
  tokenRev: number;
  /** When it was first heard of with this number, and when at all. */
  revSinceMs: number;
  heardMs: number;
}

/** The gateways that live, this one among them, and how far each of them has come with changes of tokens. */
@Injectable()
export class Replicas implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly replicas = new Map<string, Replica>();
  private readonly waiting = new Set<() => void>();
  private readonly beating = new Ticker({ name: Replicas.name, everyMs: BEAT_MS, turn: () => this.beat() });

  constructor(
    private readonly events: Events,
    private readonly verdicts: Verdicts,
    private readonly routes: Routes,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    this.beating.start();
    this.verdicts.applied = () => this.beat();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.beating.stop();
    this.beat(true);
  }

  /** Tells the others how far this gateway is. */
  beat(leaving = false): void {
    const tokenRev = this.verdicts.tokens.rev();
    this.events.publish(gatewayBeat, { replica: instanceId, tokenRev, configRev: this.routes.rev(), leaving });
  }

  heard({ replica, tokenRev, leaving }: PayloadOf<typeof gatewayBeat>): void {
    const nowMs = this.clock.monotonicMs();
    const known = this.replicas.get(replica);
    if (leaving) this.replicas.delete(replica);
    else {
      const revSinceMs = known && known.tokenRev >= tokenRev ? known.revSinceMs : nowMs;
      this.replicas.set(replica, { tokenRev, revSinceMs, heardMs: nowMs });
    }
    for (const wake of this.waiting) wake();
  }

  /** Every gateway that may still believe in an older verdict: it was heard of within the time of a lease. */
  live(): string[] {
    const sinceMs = this.clock.monotonicMs() - LEASE_MS;
    for (const [name, { heardMs }] of this.replicas) if (heardMs < sinceMs) this.replicas.delete(name);
    return [...this.replicas.keys()];
  }

  /** Waits until every live gateway has applied the change, 2 s at most. Times count from `startedMs`, monotonic. */
  async receipt(rev: number, startedMs: number): Promise<Receipt> {
    const asked = this.live();
    const untilMs = this.clock.monotonicMs() + RECEIPT_MS;
    const isMissing = (name: string) => (this.replicas.get(name)?.tokenRev ?? rev) < rev;
    for (let leftMs = RECEIPT_MS; leftMs > 0 && asked.some(isMissing); leftMs = untilMs - this.clock.monotonicMs())
      await this.nextBeat(leftMs);
    const acknowledged = asked
      .filter((name) => this.replicas.has(name) && !isMissing(name))
      .map((name) => ({ replica: name, ms: tenths((this.replicas.get(name)?.revSinceMs ?? startedMs) - startedMs) }))
      .sort((a, b) => a.ms - b.ms);
    const totalMs = tenths(this.clock.monotonicMs() - startedMs);
    return { acknowledged, missing: asked.filter(isMissing), totalMs };
  }

  private async nextBeat(limitMs: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const wake = () => {
        clearTimeout(late);
        this.waiting.delete(wake);
        resolve();
      };
      const late = setTimeout(wake, limitMs);
      this.waiting.add(wake);
    });
  }
}

/** Carries the signs of life of all gateways into the register. */
@Controller()
export class ReplicaFeed {
  constructor(private readonly replicas: Replicas) {}

  @Hears(gatewayBeat)
  heard(beat: PayloadOf<typeof gatewayBeat>): void {
    this.replicas.heard(beat);
  }
}

/** A change that was known before the request began was not waited for. */
function tenths(ms: number): number {
  return Math.max(0, Math.round(ms * 10) / 10);
}
