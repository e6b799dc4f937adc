import { Injectable, Logger } from '@nestjs/common';
import {
  deleteVersion,
  type listSurplusVersions,
  MAX_SURPLUS_DATASETS,
  markVersionDeleting,
  type unmarkVersionDeleting,
} from '@sluice/contracts/catalogue/datasets';
import type { ReplyOf, RequestOf } from '@sluice/contracts/contract';
import { refuse } from '@sluice/messaging/service-error';
import { AuditTrail } from '@sluice/storage/audit-trail';
import { DATASETS, presentVersions } from '../stores/dataset-doc';
import { DatasetsStore } from '../stores/datasets.store';
import { VersionRemoval } from './version-removal';

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

  /** Lists, for a page of datasets, all but the newest versions that each of them keeps. */
  async surplus({ cursor = '' }: RequestOf<typeof listSurplusVersions>): Promise<ReplyOf<typeof listSurplusVersions>> {
    const docs = await this.datasets.keepingFew(cursor, MAX_SURPLUS_DATASETS);
    const versions = docs.flatMap((doc) => {
      const older = presentVersions(doc).slice(0, -(doc.keepVersions ?? Number.POSITIVE_INFINITY));
      return older.map(({ number }) => ({ datasetId: doc._id, number }));
    });
    return { versions, nextCursor: docs.length < MAX_SURPLUS_DATASETS ? null : (docs.at(-1)?._id ?? null) };
  }

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
