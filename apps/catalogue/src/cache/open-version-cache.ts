import { join } from 'node:path';
import type { Clock } from '@sluice/runtime/clock';
import type { DiskSpace } from '@sluice/runtime/disk-space';
import type { CatalogueConfig } from '../config/catalogue-config';
import { StorageFull } from '../engine/engine-errors';
import type { Engines } from '../engine/engines';
import type { VersionFiles } from '../stores/stored-files';
import type { VersionsStore } from '../stores/versions.store';
import type { StoredSegments } from './stored-segments';
import { VersionCache } from './version-cache';

/** While a version is put at hand there are its Parquet file and DuckDB's, which may be twice as large. */
const FILES_OF_A_VERSION = 3;

/** The cache of this replica over the versions in MongoDB. */
export async function openVersionCache(
  { directory, reads, heavy }: Engines,
  versions: VersionsStore,
  files: VersionFiles,
  sent: StoredSegments,
  config: CatalogueConfig,
  clock: Clock,
  disk: DiskSpace,
): Promise<VersionCache> {
  const cache = await VersionCache.open({
    directory: join(directory, 'versions'),
    maxBytes: config.SLUICE_CACHE_BYTES,
    reads,
    heavy,
    find: async (versionId) => {
      const doc = await versions.find(versionId);
      if (!doc) return null;
      const { fields, rowCount, keyFields, fileId, byteSize } = doc;
      return {
        fields,
        rowCount,
        keyFields,
        fetch: async (path) => {
          if (!disk.hasRoomFor(byteSize * FILES_OF_A_VERSION)) throw new StorageFull('no space left for the version');
          await files.fetch(fileId, path);
        },
      };
    },
    sent,
    hasRoomToSpare: (bytes) => disk.hasRoomFor(bytes + config.SLUICE_DISK_RESERVE_BYTES),
    monotonicMs: () => clock.monotonicMs(),
  });
  disk.onLook(() => cache.makeRoom(disk.missingBytes));
  return cache;
}
