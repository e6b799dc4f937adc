import { setTimeout as pause } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { listSnapshots } from '@sluice/contracts/catalogue/catalogue-events';
import type { Route } from '@sluice/contracts/registry/routes';
import type { Snapshot } from '@sluice/contracts/snapshot';
import { Services } from '@sluice/messaging/services';
import type { Soon } from '@sluice/runtime/at-once';
import { CLOCK, type Clock } from '@sluice/runtime/clock';
import { SingleFlight } from '@sluice/runtime/single-flight';
import { LRUCache } from 'lru-cache';

const MAX_VERSIONS = 50_000;
/** Without a heartbeat for this long, rows may have been added that this gateway has not heard of. */
const SILENCE_MS = 1_500;
/** Heartbeats tell of the last 15 s: after a longer silence, or a lost connection, everything is asked for again. */
const GAP_MS = 10_000;
/** While nobody can tell, one version is asked for this often at most. */
const ASK_EVERY_MS = 500;
/** A caller for whom an older state is known waits no longer than this for a newer one. */
const KNOWN_WAIT_MS = 300;

interface Known {
  seq: number;
  /** Equal to the current one while every later commit will be heard of. */
  generation: number;
  askedMs: number;
}

/**
 * Knows the newest snapshot of each version that this gateway serves: rows may be added to a version at any time. Events
 * raise it; heartbeats tell states, and so repair what was lost. A version that is met for the first time, or after a
 * silence, is asked for once. A known snapshot never goes back.
 */
@Injectable()
export class Snapshots {
  private readonly known = new LRUCache<string, Known>({ max: MAX_VERSIONS });
  private readonly asking = new SingleFlight<void>();
  private readonly raised = new WeakMap<Route, Route>();
  private generation = 0;
  private lastBeatMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly services: Services,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Gives the route as it is now: with the newest rows of the version that it follows, or those that its pin holds. */
  current(route: Route): Soon<Route> {
    if (route.pinned) return route;
    const { versionId } = route.snapshot;
    return this.isSure(versionId) ? this.raisedTo(route) : this.ask(versionId).then(() => this.raisedTo(route));
  }

  /** Gives the newest snapshot of a version that no API has to serve. */
  async newest(versionId: string): Promise<Snapshot> {
    if (!this.isSure(versionId)) await this.ask(versionId);
    return { versionId, seq: this.known.get(versionId)?.seq ?? 0 };
  }

  private raisedTo(route: Route): Route {
    const { versionId } = route.snapshot;
    const seq = Math.max(route.snapshot.seq, this.known.get(versionId)?.seq ?? 0);
    if (seq === route.snapshot.seq) return route;
    const last = this.raised.get(route);
    if (last?.snapshot.seq === seq) return last;
    // The time of its last rows is not known: it has no date, and its tag alone tells whether it changed.
    const next = { ...route, snapshot: { versionId, seq }, modifiedAt: null };
    this.raised.set(route, next);
    return next;
  }

  /** Notes that rows were added: here and now, or told by an event. */
  raise({ versionId, seq }: Snapshot): void {
    const known = this.known.get(versionId);
    if (!known) this.known.set(versionId, { seq, generation: -1, askedMs: Number.NEGATIVE_INFINITY });
    else known.seq = Math.max(known.seq, seq);
  }

  /** A heartbeat told how far the versions are that got rows lately; with `more` not all of them. */
  beat(advanced: readonly Snapshot[], more: boolean): void {
    const nowMs = this.clock.monotonicMs();
    if (more || nowMs - this.lastBeatMs > GAP_MS) this.generation++;
    this.lastBeatMs = nowMs;
    for (const snapshot of advanced) this.raise(snapshot);
  }

  /** Tells the time since the last heartbeat that told how far versions are, in milliseconds. */
  beatAgeMs(): number {
    return this.clock.monotonicMs() - this.lastBeatMs;
  }

  /** After a reconnect nothing is sure. */
  suspend(): void {
    this.generation++;
  }

  /** Tells whether the version has this snapshot; asks the catalogue when this gateway has not heard of it. */
  async reaches({ versionId, seq }: Snapshot): Promise<boolean> {
    if ((this.known.get(versionId)?.seq ?? 0) < seq) await this.ask(versionId, true);
    return (this.known.get(versionId)?.seq ?? 0) >= seq;
  }

  private isSure(versionId: string): boolean {
    if (this.clock.monotonicMs() - this.lastBeatMs > SILENCE_MS) return false;
    return this.known.get(versionId)?.generation === this.generation;
  }

  /** Asks once for all callers at a time. A known state goes on being used while the catalogue cannot tell. */
  private async ask(versionId: string, now = false): Promise<void> {
    const known = this.known.get(versionId);
    if (!now && known && this.clock.monotonicMs() - known.askedMs < ASK_EVERY_MS) return;
    const asking = this.asking.run(versionId, () => this.fetch(versionId));
    try {
      await (known ? Promise.race([asking, pause(KNOWN_WAIT_MS, undefined, { ref: false })]) : asking);
    } catch (error) {
      if (!known) throw error;
      known.askedMs = this.clock.monotonicMs();
    }
  }

  private async fetch(versionId: string): Promise<void> {
    const { generation } = this;
    const { snapshots } = await this.services.request(listSnapshots, { versionIds: [versionId] });
    this.raise({ versionId, seq: snapshots[0]?.seq ?? 0 });
    const known = this.known.get(versionId);
    if (known) Object.assign(known, { generation, askedMs: this.clock.monotonicMs() });
  }
}
