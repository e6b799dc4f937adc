import { Injectable, Logger } from '@nestjs/common';
import type { RequestOf } from '@sluice/contracts/contract';
import { deleteVersion, markVersionDeleting, type unmarkVersionDeleting } from '@sluice/contracts/datasets';
import { refuse } from '@sluice/messaging/service-error';
import { AuditTrail } from '@sluice/storage/audit-trail';
import { DATASETS } from '../datasets/dataset-doc';
import { DatasetsStore } from '../datasets/datasets.store';
import { VersionRemoval } from '../datasets/version-removal';

type OneVersion = RequestOf<typeof deleteVersion>;

/** Deletes single versions, never the latest: first hidden, then gone, like datasets. */
@Injectable()
export class VersionDeletion {
  private readonly logger = new Logger(VersionDeletion.name);

  constructor(
    private readonly datasets: DatasetsStore,
    private readonly removal: VersionRemoval,
    private readonly trail: AuditTrail,
  ) {}

  async mark({ datasetId, number }: RequestOf<typeof markVersionDeleting>): Promise<Record<string, never>> {
    if (await this.datasets.markVersion(datasetId, number, new Date())) return {};
    const dataset = await this.datasets.find(datasetId);
    if (!dataset) throw refuse(markVersionDeleting, 'dataset_not_found');
    const isLatest = dataset.versions.at(-1)?.number === number;
    if (isLatest) throw refuse(markVersionDeleting, 'version_in_use', 'it is the latest version');
    throw refuse(markVersionDeleting, 'version_not_found');
  }

  async unmark({ datasetId, number }: RequestOf<typeof unmarkVersionDeleting>): Promise<Record<string, never>> {
    await this.datasets.markVersion(datasetId, number, null);
    return {};
  }

  /** The files follow in the background; should this process end before, the sweep of any replica removes them. */
  async delete({ datasetId, number }: OneVersion): Promise<Record<string, never>> {
    const dataset = await this.datasets.find(datasetId);
    const version = dataset?.versions.find((each) => each.number === number);
    if (!dataset || !version) throw refuse(deleteVersion, 'version_not_found');
    const entry = this.trail.entry({
      action: 'dataset.version-deleted',
      resource: { id: datasetId, name: dataset.name },
      before: { version: number },
      after: null,
    });
    const doc = await this.datasets.removeMarkedVersion(datasetId, number, entry);
    if (!doc) throw refuse(deleteVersion, 'version_not_found');
    await this.trail.settle(DATASETS, doc);
    this.removal.removeVersion(version.versionId).catch((error: unknown) => this.logger.warn(error));
    return {};
  }
}
