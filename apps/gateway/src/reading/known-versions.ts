import { Injectable } from '@nestjs/common';
import { getVersion } from '@sluice/contracts/catalogue/datasets';
import type { Field } from '@sluice/contracts/fields';
import { isRefusal } from '@sluice/messaging/service-error';
import { Services } from '@sluice/messaging/services';
import { LRUCache } from 'lru-cache';
import type { RowSource } from './row-source';

/** What never changes of a version. */
export interface KnownVersion {
  fields: Field[];
  /** The number of the commit that published it; null where a catalogue of the release before answered. */
  firstCommit: number | null;
}

type VersionAt = Pick<RowSource, 'version' | 'snapshot'>;

const MAX_VERSIONS = 1_000;

/** Remembers versions, each of which the catalogue is asked for once. */
@Injectable()
export class KnownVersions {
  private readonly known = new LRUCache<string, KnownVersion>({ max: MAX_VERSIONS });

  constructor(private readonly services: Services) {}

  /** Gives the version at a snapshot, or null when it is gone. */
  async find(
    { datasetId }: Pick<RowSource, 'datasetId'>,
    { version, snapshot }: VersionAt,
  ): Promise<KnownVersion | null> {
    const known = this.known.get(snapshot.versionId);
    if (known) return known;
    try {
      const { id, fields, firstCommit } = await this.services.request(getVersion, { datasetId, number: version });
      if (firstCommit !== null) this.known.set(id, { fields, firstCommit });
      return { fields, firstCommit };
    } catch (error) {
      const isGone =
        isRefusal(error, getVersion, 'version_not_found') || isRefusal(error, getVersion, 'dataset_not_found');
      if (isGone) return null;
      throw error;
    }
  }

  /** Gives the number of the commit that a snapshot of a source stands for; null where nobody can tell it now. */
  async commitAt(source: RowSource, at: VersionAt): Promise<number | null> {
    const isOwn = at.snapshot.versionId === source.snapshot.versionId;
    const first = isOwn ? source.firstCommit : null;
    const firstCommit = first ?? (await this.find(source, at).catch(() => null))?.firstCommit ?? null;
    return firstCommit === null ? null : firstCommit + at.snapshot.seq;
  }
}
