import { Inject, Injectable } from '@nestjs/common';
import { sendRows } from '@sluice/contracts/catalogue/sends';
import { refuse } from '@sluice/messaging/service-error';
import { CLOCK, type Clock } from '@sluice/runtime/clock';
import { SingleFlight } from '@sluice/runtime/single-flight';
import { LRUCache } from 'lru-cache';
import { DatasetsStore } from '../stores/datasets.store';
import type { VersionDoc } from '../stores/version-doc';
import { VersionsStore } from '../stores/versions.store';

/** The version that rows are added to. */
export interface LatestVersion {
  number: number;
  version: VersionDoc;
}

interface Known extends LatestVersion {
  readMs: number;
}

const MAX_VERSIONS = 1_000;
/** What was read is read anew, beside the sends that go on, once it is so old. */
const FRESH_MS = 500;
/** Nobody is answered by what is older. */
const MAX_AGE_MS = 1_000;

/**
 * Knows the latest version of each dataset that rows are sent to, without a read on the way of a send. It may lag behind:
 * a version that is not the latest any more takes no rows, so that whoever tries is told to look again; whose rows are
 * refused looks first whether the fields are still those.
 */
@Injectable()
export class LatestVersions {
  private readonly known = new LRUCache<string, Known>({ max: MAX_VERSIONS });
  /** Versions never change. */
  private readonly versionsById = new LRUCache<string, VersionDoc>({ max: MAX_VERSIONS });
  private readonly reading = new SingleFlight<LatestVersion>();

  constructor(
    private readonly datasets: DatasetsStore,
    private readonly versions: VersionsStore,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async find(datasetId: string): Promise<LatestVersion> {
    const known = this.known.get(datasetId);
    const ageMs = known ? this.clock.monotonicMs() - known.readMs : Number.POSITIVE_INFINITY;
    if (known && ageMs < FRESH_MS) return known;
    const reading = this.reading.run(datasetId, () => this.read(datasetId));
    if (!known || ageMs >= MAX_AGE_MS) return await reading;
    // A failure comes again for the send that needs the answer.
    reading.catch(() => {});
    return known;
  }

  /** Tells whether a version is the latest at this moment. */
  async isLatest(datasetId: string, versionId: string): Promise<boolean> {
    this.forget(datasetId);
    return (await this.find(datasetId)).version._id === versionId;
  }

  /** Forgets what was read, once it has turned out to be old; the next who asks reads anew. */
  forget(datasetId: string): void {
    this.known.delete(datasetId);
    this.reading.forget(datasetId);
  }

  private async read(datasetId: string): Promise<LatestVersion> {
    const readMs = this.clock.monotonicMs();
    const dataset = await this.datasets.stored(datasetId);
    if (!dataset) {
      this.known.delete(datasetId);
      throw refuse(sendRows, 'dataset_not_found');
    }
    const latest = dataset.versions.at(-1);
    if (!latest) throw refuse(sendRows, 'dataset_empty');
    const version = this.versionsById.get(latest.versionId) ?? (await this.versions.find(latest.versionId));
    if (!version) throw refuse(sendRows, 'dataset_not_found');
    this.versionsById.set(version._id, version);
    const found = { number: latest.number, version };
    this.known.set(datasetId, { ...found, readMs });
    return found;
  }
}
