import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import {
  type listSnapshots,
  MAX_TOLD_SNAPSHOTS,
  snapshotsHeartbeat,
} from '@sluice/contracts/catalogue/catalogue-events';
import type { ReplyOf, RequestOf } from '@sluice/contracts/contract';
import { Events } from '@sluice/messaging/events';
import { Ticker } from '@sluice/runtime/ticker';
import { TURN_LIMIT_MS, within } from '@sluice/storage/within';
import { SegmentsStore } from '../stores/segments.store';
import { VersionsStore } from '../stores/versions.store';

const BEAT_MS = 500;
/** News are repeated for so long: longer than a gateway trusts what it heard last, and than clocks differ. */
const TOLD_FOR_MS = 15_000;
/** A newer commit may be seen before it is in the journal; its own event follows when it is. */
const SETTLED_MS = 250;

/** Tells how far versions are: the recent ones again and again from MongoDB, and any when asked. */
@Injectable()
export class SnapshotNews implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly beating = new Ticker({ name: SnapshotNews.name, everyMs: BEAT_MS, turn: () => this.beat() });

  constructor(
    private readonly segments: SegmentsStore,
    private readonly versions: VersionsStore,
    private readonly events: Events,
  ) {}

  onApplicationBootstrap(): void {
    this.beating.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.beating.stop();
  }

  async list({ versionIds }: RequestOf<typeof listSnapshots>): Promise<ReplyOf<typeof listSnapshots>> {
    const [there, last] = await Promise.all([this.versions.findAll(versionIds), this.segments.lastOf(versionIds)]);
    return { snapshots: there.map(({ _id }) => ({ versionId: _id, seq: last.get(_id)?.dataSeq ?? 0 })) };
  }

  /** Publishes nothing where MongoDB cannot be read: such a replica does not vouch for anything. */
  private async beat(): Promise<void> {
    const startMs = performance.now();
    const nowMs = Date.now();
    const period = { from: new Date(nowMs - TOLD_FOR_MS), to: new Date(nowMs - SETTLED_MS) };
    const found = await within(TURN_LIMIT_MS, this.segments.advancedIn(period, MAX_TOLD_SNAPSHOTS + 1));
    // What took longer to read says nothing of now.
    if (performance.now() - startMs > BEAT_MS) return;
    const advanced = found.slice(0, MAX_TOLD_SNAPSHOTS);
    this.events.publish(snapshotsHeartbeat, { advanced, more: found.length > advanced.length });
  }
}
