import { Injectable } from '@nestjs/common';
import type { DatasetDoc, Published } from '../stores/dataset-doc';
import { DatasetsStore } from '../stores/datasets.store';
import { SegmentsStore } from '../stores/segments.store';
import { VersionsStore } from '../stores/versions.store';

/**
 * Numbers the commits of datasets whose versions an earlier release published, here or on another replica during an upgrade.
 * Commits of versions that are gone are not known: such a version counts as one commit.
 */
@Injectable()
export class VersionNumbering {
  constructor(
    private readonly datasets: DatasetsStore,
    private readonly versions: VersionsStore,
    private readonly segments: SegmentsStore,
  ) {}

  /** Gives the dataset with the numbers of its versions' commits; null when there is no such dataset. */
  async find(datasetId: string): Promise<DatasetDoc | null> {
    for (;;) {
      const dataset = await this.datasets.find(datasetId);
      if (!dataset || dataset.versions.every(isNumbered)) return dataset;
      await this.datasets.setCommits(dataset, await this.numbered(dataset.versions));
    }
  }

  /** All but the latest are closed, so that every replica comes to the same numbers. */
  private async numbered(versions: readonly Published[]): Promise<Published[]> {
    const ids = versions.map(({ versionId }) => versionId);
    const docs = new Map((await this.versions.findAll(ids)).map((doc) => [doc._id, doc]));
    const last = await this.segments.lastOf(ids);
    let next = 1;
    let after = new Date(0);
    return versions.map((version) => {
      const { versionId, goneAt } = version;
      const firstCommit = version.firstCommit ?? next;
      const publishedAt = version.publishedAt ?? docs.get(versionId)?.createdAt ?? goneAt ?? after;
      next = firstCommit + (goneAt ? 0 : (last.get(versionId)?.dataSeq ?? 0)) + 1;
      after = publishedAt;
      return { ...version, firstCommit, publishedAt };
    });
  }
}

function isNumbered({ firstCommit, publishedAt }: Published): boolean {
  return firstCommit !== undefined && publishedAt !== undefined;
}
