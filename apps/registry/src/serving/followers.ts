import { Inject, Injectable, Logger } from '@nestjs/common';
import type { catalogueHeartbeat, versionPublished } from '@sluice/contracts/catalogue/catalogue-events';
import type { PayloadOf } from '@sluice/contracts/contract';
import { Bus } from '@sluice/messaging/bus';
import { CLOCK, type Clock } from '@sluice/runtime/clock';
import { contractFaults } from '../rules/contract-rules';
import { type ApiDoc, nextModifiedAt, type Served, settingsOf } from '../stores/api-doc';
import { ApisStore, type Serving } from '../stores/apis.store';
import { ApiChanges } from './api-changes';
import { Datasets } from './datasets';

/** Nothing is known of what catalogue published so far. */
const NOTHING = -1;
/** How often a move is tried again when others change the same API meanwhile. */
const MAX_TRIES = 20;
/** How many versions between are looked at when the newest one does not fit. */
const MAX_VERSIONS_BACK = 20;

/**
 * Moves the APIs that follow a dataset to its latest version, forward only, and only where nothing breaks for consumers.
 * Otherwise the API stays on the last version that fits and shows its publisher why. Events get there at once. Where one may be
 * missing (a gap against catalogue's heartbeat, a lost connection, a failed move, a start), every followed dataset is
 * asked for. Every replica hears every event: the first one moves an API, for the others there is nothing left.
 */
@Injectable()
export class Followers {
  private readonly logger = new Logger(Followers.name);
  /** Everything that catalogue published up to this number is applied. */
  private applied = NOTHING;
  /** Counts the reasons for doubt: one that arises while everything is looked at is not settled by that. */
  private doubts = 0;
  /** One thing at a time, so that a heartbeat is never compared with an event that is still being applied. */
  private turn: Promise<void> = Promise.resolve();
  private newestBeat: number | null = null;

  constructor(
    private readonly store: ApisStore,
    private readonly changes: ApiChanges,
    private readonly datasets: Datasets,
    bus: Bus,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    bus.onRestored(() => this.distrust());
  }

  /** A new version: moved to at once, whatever may have been missed before it. */
  published({ datasetId, dataRev }: PayloadOf<typeof versionPublished>): Promise<void> {
    return this.inTurn(async () => {
      await this.follow(datasetId);
      if (dataRev === this.applied + 1) this.applied = dataRev;
    });
  }

  /** Looks at everything where the heartbeat is ahead of what was heard; beats that come meanwhile are one. */
  beat({ rev }: PayloadOf<typeof catalogueHeartbeat>): Promise<void> {
    const waiting = this.newestBeat !== null;
    this.newestBeat = Math.max(rev, this.newestBeat ?? NOTHING);
    if (waiting) return Promise.resolve();
    return this.inTurn(async () => {
      const newest = this.newestBeat ?? NOTHING;
      this.newestBeat = null;
      if (newest <= this.applied) return;
      const doubts = this.doubts;
      for (const datasetId of await this.store.followedDatasets()) await this.follow(datasetId);
      if (doubts === this.doubts) this.applied = newest;
    });
  }

  /** For an API that has just begun to follow: a version may have come between reading and writing it. */
  async catchUp(datasetId: string): Promise<void> {
    try {
      await this.follow(datasetId);
    } catch (error) {
      this.logger.warn(`${datasetId}: ${String(error)}`);
      this.distrust();
    }
  }

  /** The next heartbeat makes everything be looked at. */
  private distrust(): void {
    this.doubts++;
    this.applied = NOTHING;
  }

  private async follow(datasetId: string): Promise<void> {
    const latest = await this.datasets.findVersion(datasetId);
    if (!latest) return;
    for (const apiId of await this.store.behind(datasetId, latest.number)) await this.advance(apiId, latest);
  }

  private async advance(apiId: string, latest: Served): Promise<void> {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const doc = await this.store.find(apiId);
      if (!doc || !isBehind(doc, latest)) return;
      const serving = await this.nextServing(doc, latest);
      const modifiedAt = nextModifiedAt(doc, this.clock.wallMs());
      const moved = await this.store.follow(doc, { ...serving, modifiedAt });
      if (!moved) continue;
      await this.changes.commit(moved);
      return;
    }
    throw new Error(`${apiId} is changed too often to be moved`);
  }

  /** The newest version that fits, and what is wrong with the latest where that is another one. */
  private async nextServing(doc: ApiDoc, latest: Served): Promise<Serving> {
    const settings = settingsOf(doc);
    const faults = contractFaults(settings, doc.served, latest);
    if (faults.length === 0) return { served: latest, contractFaults: [], misfit: null };
    const first = Math.max(doc.served?.number ?? 0, latest.number - 1 - MAX_VERSIONS_BACK);
    for (let number = latest.number - 1; number > first; number--) {
      const served = await this.datasets.findVersion(doc.datasetId, number);
      if (served && contractFaults(settings, doc.served, served).length === 0)
        return { served, contractFaults: faults, misfit: latest.number };
    }
    return { served: doc.served, contractFaults: faults, misfit: latest.number };
  }

  private inTurn(task: () => Promise<void>): Promise<void> {
    this.turn = this.turn.then(task).catch((error: unknown) => {
      this.logger.warn(`following the catalogue failed: ${String(error)}`);
      this.distrust();
    });
    return this.turn;
  }
}

function isBehind({ version, served, misfit }: ApiDoc, latest: Served): boolean {
  return version === null && Math.max(served?.number ?? 0, misfit ?? 0) < latest.number;
}
