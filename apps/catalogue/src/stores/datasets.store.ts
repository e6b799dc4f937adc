import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { listDatasets } from '@sluice/contracts/catalogue/datasets';
import type { RequestOf } from '@sluice/contracts/contract';
import type { AuditEntryDoc } from '@sluice/storage/audit-entry';
import { pendingChange } from '@sluice/storage/change-feed';
import { type FoundPage, searchList } from '@sluice/storage/list-search';
import type { Model, QueryFilter } from 'mongoose';
import {
  type ClosedVersion,
  DATASETS,
  type DatasetDoc,
  datasetNameKey,
  followVersion,
  goneNameKey,
  MARK_MS,
  type Published,
} from './dataset-doc';

/** A version that an import publishes. */
export interface Publication {
  importId: string;
  versionId: string;
  /** JSON text of how later files are read; without, that stays. */
  reading?: string;
  /** Holds the version against the dataset as it is; what it throws ends the publication. */
  check(dataset: DatasetDoc): Promise<void>;
  /** Closes the version before to further rows. */
  closeVersion(versionId: string): Promise<ClosedVersion | null>;
  entryOf(dataset: DatasetDoc, number: number): AuditEntryDoc;
}

/** Datasets in MongoDB. What is marked as being deleted is not found here. */
@Injectable()
export class DatasetsStore implements OnModuleInit {
  constructor(@InjectModel(DATASETS) private readonly model: Model<DatasetDoc>) {}

  async onModuleInit(): Promise<void> {
    await this.model.createIndexes();
  }

  /** Throws MongoDB's duplicate key error on `nameKey`. */
  async insert(id: string, name: string, description: string, entry: AuditEntryDoc): Promise<DatasetDoc> {
    const doc: DatasetDoc = {
      _id: id,
      name,
      nameKey: datasetNameKey(name),
      description,
      versions: [],
      openImports: [],
      deletingSince: null,
      createdAt: new Date(),
      revision: 1,
      pendingAudit: [entry],
    };
    await this.model.create(doc);
    return doc;
  }

  find(id: string): Promise<DatasetDoc | null> {
    return this.model.findOne(present(id)).lean<DatasetDoc>();
  }

  /** Also one that is marked as being deleted: until it is gone, it may stay. */
  stored(id: string): Promise<DatasetDoc | null> {
    return this.model.findOne({ _id: id, goneAt: null }).lean<DatasetDoc>();
  }

  async isThere(id: string): Promise<boolean> {
    return (await this.model.exists({ _id: id, goneAt: null })) !== null;
  }

  /** Throws UnknownCursor. */
  search(search: RequestOf<typeof listDatasets>): Promise<FoundPage<DatasetDoc>> {
    return searchList(this.model, search, { filter: unmarked(), texts: ['name', 'description'] });
  }

  /** Lists datasets that do not keep all of their versions, in order of their ids behind `after`. */
  keepingFew(after: string, limit: number): Promise<DatasetDoc[]> {
    const filter: QueryFilter<DatasetDoc> = { ...unmarked(), keepVersions: { $gt: 0 }, _id: { $gt: after } };
    return this.model.find(filter).sort({ _id: 1 }).limit(limit).lean<DatasetDoc[]>();
  }

  /** Null when the dataset moved on from `revision`. Throws like `insert`. */
  update(
    id: string,
    revision: number,
    change: Pick<Partial<DatasetDoc>, 'name' | 'description' | 'keyFields' | 'keepVersions' | 'reading'>,
    entry: AuditEntryDoc,
  ): Promise<DatasetDoc | null> {
    const { name, description, keyFields, keepVersions, reading } = change;
    const set = {
      ...(name !== undefined && { name, nameKey: datasetNameKey(name) }),
      ...(description !== undefined && { description }),
      ...(keyFields !== undefined && { keyFields }),
      ...(keepVersions !== undefined && { keepVersions }),
      ...(reading !== undefined && { reading }),
    };
    return this.model
      .findOneAndUpdate(
        { ...present(id), revision },
        { $set: set, $push: { pendingAudit: entry }, $inc: { revision: 1 } },
        { returnDocument: 'after' },
      )
      .lean<DatasetDoc>();
  }

  /** False when there is no such dataset. */
  async mark(id: string): Promise<boolean> {
    const { matchedCount } = await this.model.updateOne(present(id), { $set: { deletingSince: new Date() } });
    return matchedCount > 0;
  }

  async unmark(id: string): Promise<void> {
    await this.model.updateOne({ _id: id }, { $set: { deletingSince: null } });
  }

  /** Removes a dataset whose mark still counts: what is left of it goes with its entry. Null otherwise. */
  removeMarked({ _id, revision }: DatasetDoc, entry: AuditEntryDoc): Promise<DatasetDoc | null> {
    return this.model
      .findOneAndUpdate(
        { _id, revision, goneAt: null, deletingSince: { $gte: markLimit() } },
        { $set: { goneAt: new Date(), nameKey: goneNameKey(_id) }, $push: { pendingAudit: entry } },
        { returnDocument: 'after' },
      )
      .lean<DatasetDoc>();
  }

  /** Gives an import the right to publish; false when there is no such dataset. */
  async openImport(id: string, importId: string): Promise<boolean> {
    const { matchedCount } = await this.model.updateOne(present(id), { $addToSet: { openImports: importId } });
    return matchedCount > 0;
  }

  /** Takes that right away; false when the import no longer had it: it has published, or was cleared before. */
  async closeImport(id: string, importId: string): Promise<boolean> {
    const { modifiedCount } = await this.model.updateOne(
      { _id: id, openImports: importId },
      { $pull: { openImports: importId } },
    );
    return modifiedCount > 0;
  }

  /**
   * Publishes a version with one compare-and-set: on the right of its import, and on nobody having published since it was
   * read, held against by `check`, and closed to further rows. Null when the import has lost its right.
   */
  async publish(
    id: string,
    { importId, versionId, reading, check, closeVersion, entryOf }: Publication,
  ): Promise<DatasetDoc | null> {
    for (;;) {
      const read = await this.model.findOne({ ...present(id), openImports: importId }).lean<DatasetDoc>();
      if (!read) return null;
      await check(read);
      const latest = read.versions.at(-1);
      const closed = latest ? await closeVersion(latest.versionId) : null;
      const next = followVersion(latest, closed, versionId);
      const published = await this.model
        .findOneAndUpdate(
          { ...present(id), openImports: importId, revision: read.revision },
          {
            $push: { versions: next, pendingAudit: entryOf(read, next.number) },
            $pull: { openImports: importId },
            $inc: { revision: 1 },
            $set: { ...pendingChange(), ...(reading !== undefined && { reading }) },
          },
          { returnDocument: 'after' },
        )
        .lean<DatasetDoc>();
      if (published) return published;
    }
  }

  /** Numbers versions that an earlier release published, unless the dataset has changed since it was read. */
  async setCommits({ _id, revision }: DatasetDoc, versions: readonly Published[]): Promise<void> {
    const set = versions.flatMap(({ firstCommit, publishedAt }, index) => [
      [`versions.${index}.firstCommit`, firstCommit],
      [`versions.${index}.publishedAt`, publishedAt],
    ]);
    await this.model.updateOne({ _id, revision }, { $set: Object.fromEntries(set) });
  }

  /** Marks a version that is not the latest, or with null lifts its mark; false when there is none such. */
  async markVersion(id: string, number: number, deletingSince: Date | null): Promise<boolean> {
    const { matchedCount } = await this.model.updateOne(
      ofOlderVersion(id, number),
      { $set: { 'versions.$[version].deletingSince': deletingSince } },
      { arrayFilters: [{ 'version.number': number }] },
    );
    return matchedCount > 0;
  }

  /** Deletes a version whose mark still counts; null otherwise. */
  removeMarkedVersion(id: string, number: number, entry: AuditEntryDoc): Promise<DatasetDoc | null> {
    return this.model
      .findOneAndUpdate(
        ofOlderVersion(id, number, { deletingSince: { $gte: markLimit() } }),
        { $set: { 'versions.$[version].goneAt': new Date() }, $push: { pendingAudit: entry }, $inc: { revision: 1 } },
        { returnDocument: 'after', arrayFilters: [{ 'version.number': number }] },
      )
      .lean<DatasetDoc>();
  }

  /** Ids of all versions that were deleted while their dataset stays. */
  async goneVersionIds(): Promise<string[]> {
    const docs = await this.model.find({ goneAt: null, 'versions.goneAt': { $ne: null } }).lean<DatasetDoc[]>();
    return docs.flatMap(({ versions }) => versions.flatMap(({ goneAt, versionId }) => (goneAt ? [versionId] : [])));
  }

  /** The number under which a version was published, or null. */
  async numberOf(id: string, versionId: string): Promise<number | null> {
    const doc = await this.model.findOne({ _id: id, goneAt: null, 'versions.versionId': versionId }).lean<DatasetDoc>();
    return doc?.versions.find((version) => version.versionId === versionId)?.number ?? null;
  }

  /** Finds out which of the given ids are no dataset any more. */
  async missing(ids: string[]): Promise<string[]> {
    const docs = await this.model
      .find({ _id: { $in: ids }, goneAt: null })
      .select('_id')
      .lean<DatasetDoc[]>();
    const there = new Set(docs.map(({ _id }) => _id));
    return ids.filter((id) => !there.has(id));
  }
}

/** The latest version is never deleted: one of a higher number has to be there. */
function ofOlderVersion(id: string, number: number, more: object = {}): QueryFilter<DatasetDoc> {
  return {
    ...present(id),
    'versions.number': { $gt: number },
    versions: { $elemMatch: { number, goneAt: null, ...more } },
  };
}

function markLimit(): Date {
  return new Date(Date.now() - MARK_MS);
}

function unmarked(): QueryFilter<DatasetDoc> {
  return { goneAt: null, $or: [{ deletingSince: null }, { deletingSince: { $lt: markLimit() } }] };
}

function present(id: string): QueryFilter<DatasetDoc> {
  return { _id: id, ...unmarked() };
}
