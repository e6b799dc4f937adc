import { join } from 'node:path';
import type { Clock } from '@sluice/runtime/clock';
import type { CatalogueConfig } from '../config/catalogue-config';
import type { Engines } from '../engine/engines';
import type { VersionFiles } from '../stores/version-files';
import type { VersionsStore } from '../stores/versions.store';
import type { StoredSegments } from './stored-segments';
import { VersionCache } from './version-cache';

/** The cache of this replica over the versions in MongoDB. */
export function openVersionCache(
  { directory, reads, heavy }: Engines,
  versions: VersionsStore,
  files: VersionFiles,
  sent: StoredSegments,
  config: CatalogueConfig,
  clock: Clock,
): Promise<VersionCache> {
  return VersionCache.open({
    directory: join(directory, 'versions'),
    maxBytes: config.SLUICE_CACHE_BYTES,
    reads,
    heavy,
    find: async (versionId) => {
      const doc = await versions.find(versionId);
      if (!doc) return null;
      const { fields, rowCount, keyFields, fileId } = doc;
      return { fields, rowCount, keyFields, fetch: (path) => files.fetch(fileId, path) };
    },
    sent,
    monotonicMs: () => clock.monotonicMs(),
  });
}
