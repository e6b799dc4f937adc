import { Injectable, Logger } from '@nestjs/common';
import {
  createDataset,
  type Dataset,
  deleteDataset,
  getDataset,
  getVersion,
  type listDatasets,
  listVersions,
  markDatasetDeleting,
  updateDataset,
  type Version,
} from '@sluice/contracts/catalogue/datasets';
import { Reading } from '@sluice/contracts/catalogue/reading';
import type { ReplyOf, RequestOf } from '@sluice/contracts/contract';
import type { Field } from '@sluice/contracts/fields';
import { refuse } from '@sluice/messaging/service-error';
import { newId } from '@sluice/runtime/ids';
import { AuditTrail } from '@sluice/storage/audit-trail';
import { isDuplicateKey } from '@sluice/storage/duplicate-key';
import { VersionNumbering } from '../history/version-numbering';
import { DATASETS, type DatasetDoc, type Published, presentVersions } from '../stores/dataset-doc';
import { DatasetsStore } from '../stores/datasets.store';
import { type SegmentHead, SegmentsStore } from '../stores/segments.store';
import type { VersionDoc } from '../stores/version-doc';
import { VersionsStore } from '../stores/versions.store';
import { KeyFieldsOfLatest } from './key-fields-of-latest';
import { VersionRemoval } from './version-removal';

const NAME_TAKEN = {
  in: 'body',
  pointer: '/name',
  code: 'name_taken',
  detail: 'Another dataset has this name',
} as const;

/** Creates, changes, tells and deletes datasets, and tells of their published versions. */
@Injectable()
export class DatasetsService {
  private readonly logger = new Logger(DatasetsService.name);

  constructor(
    private readonly datasets: DatasetsStore,
    private readonly versions: VersionsStore,
    private readonly segments: SegmentsStore,
    private readonly removal: VersionRemoval,
    private readonly keys: KeyFieldsOfLatest,
    private readonly numbering: VersionNumbering,
    private readonly trail: AuditTrail,
  ) {}

  async create({ name, description }: RequestOf<typeof createDataset>): Promise<Dataset> {
    const id = newId('ds');
    const entry = this.trail.entry({
      action: 'dataset.created',
      resource: { id, name },
      before: null,
      after: { name, description },
    });
    try {
      const doc = await this.datasets.insert(id, name, description, entry);
      await this.trail.settle(DATASETS, doc);
      return this.present(doc, []);
    } catch (error) {
      throw isDuplicateKey(error) ? refuse(createDataset, 'name_taken', NAME_TAKEN.detail, [NAME_TAKEN]) : error;
    }
  }

  async get(datasetId: string): Promise<Dataset> {
    const doc = await this.datasets.find(datasetId);
    if (!doc) throw refuse(getDataset, 'dataset_not_found');
    const latest = doc.versions.at(-1);
    if (!latest) return this.present(doc, []);
    const [version, last] = await Promise.all([
      this.versions.find(latest.versionId),
      this.segments.last(latest.versionId),
    ]);
    return this.present(doc, version ? currentFields(version, last ?? undefined) : []);
  }

  async list(request: RequestOf<typeof listDatasets>): Promise<ReplyOf<typeof listDatasets>> {
    const { docs, page } = await this.datasets.search(request);
    const ids = docs.flatMap(({ versions }) => versions.at(-1)?.versionId ?? []);
    const [latest, last] = await Promise.all([this.versions.findAll(ids), this.segments.lastOf(ids)]);
    const fields = new Map(latest.map((version) => [version._id, currentFields(version, last.get(version._id))]));
    const data = docs.map((doc) => this.present(doc, fields.get(doc.versions.at(-1)?.versionId ?? '') ?? []));
    return { data, page };
  }

  async update({ datasetId, revision, reading, ...rest }: RequestOf<typeof updateDataset>): Promise<Dataset> {
    const change = { ...rest, ...(reading !== undefined && { reading: reading && JSON.stringify(reading) }) };
    const before = await this.datasets.find(datasetId);
    if (!before) throw refuse(updateDataset, 'dataset_not_found');
    const was = settingsOf(before);
    const after = { ...was, ...change };
    const entry = this.trail.entry({
      action: 'dataset.updated',
      resource: { id: datasetId, name: after.name },
      before: was,
      after,
    });
    if (before.revision !== revision) throw refuse(updateDataset, 'revision_mismatch');
    // First, so that the dataset never promises what its latest version does not hold.
    if (change.keyFields) await this.keys.set(datasetId, change.keyFields);
    try {
      const doc = await this.datasets.update(datasetId, revision, change, entry);
      if (doc) {
        await this.trail.settle(DATASETS, doc);
        return await this.get(datasetId);
      }
    } catch (error) {
      throw isDuplicateKey(error) ? refuse(updateDataset, 'name_taken', NAME_TAKEN.detail, [NAME_TAKEN]) : error;
    }
    await this.get(datasetId);
    throw refuse(updateDataset, 'revision_mismatch');
  }

  async mark(datasetId: string): Promise<Record<string, never>> {
    if (!(await this.datasets.mark(datasetId))) throw refuse(markDatasetDeleting, 'dataset_not_found');
    return {};
  }

  async unmark(datasetId: string): Promise<Record<string, never>> {
    await this.datasets.unmark(datasetId);
    return {};
  }

  /** The files follow in the background; should this process end before, the sweep of any replica removes them. */
  async delete(datasetId: string): Promise<Record<string, never>> {
    await this.remove(datasetId);
    this.removal.removeOfDataset(datasetId).catch((error: unknown) => this.logger.warn(error));
    return {};
  }

  private async remove(datasetId: string): Promise<void> {
    for (;;) {
      const before = await this.datasets.stored(datasetId);
      if (!before || (await this.datasets.find(datasetId))) throw refuse(deleteDataset, 'dataset_not_found');
      const { name, description } = before;
      const latestVersion = before.versions.at(-1)?.number ?? null;
      const entry = this.trail.entry({
        action: 'dataset.deleted',
        resource: { id: datasetId, name },
        before: { name, description, latestVersion },
        after: null,
      });
      const doc = await this.datasets.removeMarked(before, entry);
      // An import may have published meanwhile.
      if (!doc) continue;
      await this.trail.settle(DATASETS, doc);
      return;
    }
  }

  async listVersions({
    datasetId,
    limit,
    cursor,
  }: RequestOf<typeof listVersions>): Promise<ReplyOf<typeof listVersions>> {
    const dataset = await this.numbering.find(datasetId);
    if (!dataset) throw refuse(listVersions, 'dataset_not_found');
    const below = cursor === undefined ? Number.POSITIVE_INFINITY : Number(cursor);
    const newest = presentVersions(dataset)
      .filter(({ number }) => number < below)
      .reverse();
    const page = newest.slice(0, limit);
    const docs = new Map(
      (await this.versions.findAll(page.map(({ versionId }) => versionId))).map((doc) => [doc._id, doc]),
    );
    const last = await this.segments.lastOf(page.map(({ versionId }) => versionId));
    const data = page.flatMap((published) => {
      const doc = docs.get(published.versionId);
      return doc ? [presentVersion(doc, published, last.get(published.versionId))] : [];
    });
    return { data, page: { nextCursor: newest.length > limit ? String(page.at(-1)?.number) : null } };
  }

  async getVersion({ datasetId, number }: RequestOf<typeof getVersion>): Promise<Version> {
    const dataset = await this.numbering.find(datasetId);
    if (!dataset) throw refuse(getVersion, 'dataset_not_found');
    const published =
      number === undefined ? dataset.versions.at(-1) : presentVersions(dataset).find((each) => each.number === number);
    const doc = published && (await this.versions.find(published.versionId));
    if (!doc) throw refuse(getVersion, 'version_not_found');
    return presentVersion(doc, published, (await this.segments.last(doc._id)) ?? undefined);
  }

  private present(doc: DatasetDoc, fields: Field[]): Dataset {
    return {
      id: doc._id,
      ...settingsOf(doc),
      reading: doc.reading ? Reading.parse(JSON.parse(doc.reading)) : null,
      latestVersion: doc.versions.at(-1)?.number ?? null,
      fields,
      createdAt: doc.createdAt.toISOString(),
      revision: doc.revision,
    };
  }
}

/** The settings of a dataset, which publishers set. */
function settingsOf({ name, description, keyFields = null, keepVersions = null, reading = null }: DatasetDoc) {
  return { name, description, keyFields, keepVersions, reading };
}

function presentVersion(doc: VersionDoc, { number, firstCommit }: Published, last: SegmentHead | undefined): Version {
  const { _id, datasetId, byteSize, note, createdAt } = doc;
  return {
    id: _id,
    datasetId,
    number,
    rowCount: last ? last.firstRow + last.rowCount : doc.rowCount,
    seq: last?.dataSeq ?? 0,
    firstCommit: firstCommit ?? null,
    byteSize,
    fields: currentFields(doc, last),
    keyFields: (last ?? doc).keyFields ?? null,
    note,
    reading: doc.reading ? Reading.parse(JSON.parse(doc.reading)) : null,
    warnings: doc.warnings ?? [],
    createdAt: createdAt.toISOString(),
  };
}

/** Fields as they were counted over the version's file; a row that was sent may have left anything out. */
function currentFields({ fields }: VersionDoc, last: SegmentHead | undefined): Field[] {
  return last?.dataSeq ? fields.map((field) => ({ ...field, nullable: true })) : fields;
}
