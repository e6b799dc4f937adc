import { Injectable } from '@nestjs/common';
import { CommitTimesStore } from '../stores/commit-times.store';
import { DatasetsStore } from '../stores/datasets.store';
import { PiecesStore } from '../stores/pieces.store';
import { SegmentsStore } from '../stores/segments.store';
import { VersionFiles } from '../stores/stored-files';
import { VersionsStore } from '../stores/versions.store';
import { ViewFileRemoval } from '../stores/view-file-removal';

/** Removes the versions of datasets that are gone. */
@Injectable()
export class VersionRemoval {
  constructor(
    private readonly datasets: DatasetsStore,
    private readonly versions: VersionsStore,
    private readonly files: VersionFiles,
    private readonly segments: SegmentsStore,
    private readonly pieces: PiecesStore,
    private readonly times: CommitTimesStore,
    private readonly viewFiles: ViewFileRemoval,
  ) {}

  /** The file goes before its document, so that a crash in between leaves nothing that nobody knows of. */
  async removeOfDataset(datasetId: string): Promise<void> {
    for (const { _id, fileId } of await this.pieces.findOfDataset(datasetId)) {
      await this.files.remove(fileId);
      await this.pieces.remove(_id);
    }
    await this.segments.removeOfDataset(datasetId);
    await this.times.removeOfDataset(datasetId);
    for (const { _id, fileId } of await this.versions.findOfDataset(datasetId)) {
      await this.viewFiles.removeOfVersion(_id);
      await this.files.remove(fileId);
      await this.versions.remove(_id);
    }
  }

  /** One version, with the rows that were added to it. */
  async removeVersion(versionId: string): Promise<void> {
    for (const { _id, fileId } of await this.pieces.findOfVersion(versionId)) {
      await this.files.remove(fileId);
      await this.pieces.remove(_id);
    }
    await this.segments.removeOfVersion(versionId);
    await this.times.removeOfVersion(versionId);
    await this.viewFiles.removeOfVersion(versionId);
    const version = await this.versions.find(versionId);
    if (!version) return;
    await this.files.remove(version.fileId);
    await this.versions.remove(versionId);
  }

  /** Ends what a crash interrupted. */
  async sweep(): Promise<void> {
    const stores = [this.versions, this.segments, this.pieces, this.times];
    const known = new Set((await Promise.all(stores.map((store) => store.datasetIds()))).flat());
    for (const datasetId of await this.datasets.missing([...known])) {
      await this.removeOfDataset(datasetId);
    }
    for (const { _id } of await this.versions.findAll(await this.datasets.goneVersionIds())) {
      await this.removeVersion(_id);
    }
  }
}
