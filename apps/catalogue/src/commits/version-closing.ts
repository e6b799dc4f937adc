import { Injectable } from '@nestjs/common';
import { within } from '@sluice/storage/within';
import type { ClosedVersion } from '../stores/dataset-doc';
import { DatasetsStore } from '../stores/datasets.store';
import { ImportsStore } from '../stores/imports.store';
import { followSegment } from '../stores/segment-doc';
import { SegmentsStore } from '../stores/segments.store';
import { VersionsStore } from '../stores/versions.store';

/** A send that is written waits no longer for the look at its dataset. */
const LOOK_LIMIT_MS = 1_000;

/** Whether a version takes rows: `closing` while an import may publish the next one any moment, or never. */
export type VersionState = 'open' | 'closing' | 'closed';

/**
 * Decides whether rows may still be added to a version. A mark among its segments names the import that is about to
 * publish the next version. It is in force for as long as that import has the right to publish, which the dataset's
 * document alone decides: once it has published, the version is superseded; once it has lost the right, the mark is void.
 */
@Injectable()
export class VersionClosing {
  constructor(
    private readonly segments: SegmentsStore,
    private readonly datasets: DatasetsStore,
    private readonly versions: VersionsStore,
    private readonly imports: ImportsStore,
  ) {}

  /** From here on no row is added to the version, unless the import loses its right to publish. Tells how far it has come. */
  async close(versionId: string, importId: string): Promise<ClosedVersion | null> {
    const version = await this.versions.find(versionId);
    if (!version) return null;
    // While the import has its right nobody adds a row behind its mark, so one is enough.
    for (;;) {
      const mark = await this.segments.markOf(versionId, importId);
      if (mark) return { seq: mark.dataSeq, at: mark.createdAt };
      const last = await this.segments.last(versionId);
      await this.segments.insert({
        ...followSegment(last, version),
        dataSeq: last?.dataSeq ?? 0,
        closedBy: importId,
      });
    }
  }

  /** Tells whether a dataset is there, as far as MongoDB can be asked at this moment. */
  isThere(datasetId: string): Promise<boolean> {
    return within(LOOK_LIMIT_MS, this.datasets.isThere(datasetId)).catch(() => true);
  }

  async state(datasetId: string, versionId: string): Promise<VersionState> {
    const closers = await this.segments.closers(versionId);
    // Read after the marks: an import that is neither open here nor has published will never publish.
    const dataset = await this.datasets.stored(datasetId);
    if (dataset?.versions.at(-1)?.versionId !== versionId) return 'closed';
    const open = closers.filter((importId) => dataset.openImports.includes(importId));
    if (open.length === 0) return 'open';
    for (const importId of open) await this.releaseAbandoned(datasetId, importId);
    return 'closing';
  }

  /** The mark of a process that ended is not waited for longer than its lease: the right is taken from its import. */
  private async releaseAbandoned(datasetId: string, importId: string): Promise<void> {
    const doc = await this.imports.find(importId);
    if (!doc || doc.leaseUntil < new Date()) await this.datasets.closeImport(datasetId, importId);
  }
}
