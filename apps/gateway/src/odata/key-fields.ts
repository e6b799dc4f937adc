import { Inject, Injectable } from '@nestjs/common';
import { getVersion } from '@sluice/contracts/catalogue/datasets';
import type { Route } from '@sluice/contracts/registry/routes';
import { isRefusal } from '@sluice/messaging/service-error';
import { Services } from '@sluice/messaging/services';
import { CLOCK, type Clock } from '@sluice/runtime/clock';
import { LRUCache } from 'lru-cache';

const MAX_VERSIONS = 1_000;
/** A version without key fields may get them, and is asked for again after so long. */
const UNKNOWN_MS = 10_000;

/** Remembers which fields are the key of a version: once it has one, it never gets another. */
@Injectable()
export class KeyFields {
  private readonly known = new LRUCache<string, { names: string[] | null; untilMs: number }>({ max: MAX_VERSIONS });

  constructor(
    private readonly services: Services,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Gives the key fields of the version that a route serves; null where it has none, or is gone. */
  async find({ snapshot, datasetId, version }: Route): Promise<string[] | null> {
    const known = this.known.get(snapshot.versionId);
    if (known && known.untilMs > this.clock.monotonicMs()) return known.names;
    const names = await this.ask(datasetId, version);
    const untilMs = names ? Number.POSITIVE_INFINITY : this.clock.monotonicMs() + UNKNOWN_MS;
    this.known.set(snapshot.versionId, { names, untilMs });
    return names;
  }

  private async ask(datasetId: string, number: number): Promise<string[] | null> {
    try {
      return (await this.services.request(getVersion, { datasetId, number })).keyFields;
    } catch (error) {
      const isGone =
        isRefusal(error, getVersion, 'version_not_found') || isRefusal(error, getVersion, 'dataset_not_found');
      if (isGone) return null;
      throw error;
    }
  }
}
