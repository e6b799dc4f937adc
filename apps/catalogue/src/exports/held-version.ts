import type { Snapshot } from '@sluice/contracts/snapshot';
import type { CachedVersion } from '../cache/grown-version';
import type { VersionCache } from '../cache/version-cache';

export interface HeldVersion {
  version: CachedVersion;
  /** Lets it go; a failure tells the cache that the file may be damaged. */
  release(failure?: unknown): void;
}

/** Keeps a version at hand for as long as an export takes, which is longer than a function call. */
export function holdVersion(cache: VersionCache, snapshot: Snapshot): Promise<HeldVersion> {
  return new Promise((resolve, reject) => {
    let held = false;
    const work = (version: CachedVersion) => {
      // The cache tries once more after damage; this export is over then.
      if (held) return Promise.resolve();
      held = true;
      return new Promise<void>((done, failed) => {
        resolve({ version, release: (failure) => (failure === undefined ? done() : failed(failure)) });
      });
    };
    cache.use(snapshot, work).catch(reject);
  });
}
