import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { RequestOf } from '@sluice/contracts/contract';
import type { listApis } from '@sluice/contracts/registry/apis';
import type { AuditEntryDoc } from '@sluice/storage/audit-entry';
import { pendingChange } from '@sluice/storage/change-feed';
import { type FoundPage, searchList } from '@sluice/storage/list-search';
import type { Model, QueryFilter, UpdateQuery } from 'mongoose';
import { APIS, type ApiDoc, nameKeyOf, placeOf } from './api-doc';

/** The members of an API that one write can change. */
export type ApiChange = Partial<
  Pick<
    ApiDoc,
    | 'name'
    | 'description'
    | 'version'
    | 'method'
    | 'domain'
    | 'path'
    | 'active'
    | 'listed'
    | 'firstActiveAt'
    | 'settings'
    | 'modifiedAt'
    | keyof Serving
  >
>;

/** The version that an API serves, and the reason that it is not the newest one. */
export type Serving = Pick<ApiDoc, 'served' | 'contractFaults' | 'misfit'>;

/** API definitions in MongoDB. Every change is marked as pending, so that it gets counted whatever happens next. */
@Injectable()
export class ApisStore implements OnModuleInit {
  constructor(@InjectModel(APIS) private readonly model: Model<ApiDoc>) {}

  /** The unique indexes are what keeps names and places apart under concurrency: nothing is served before they stand. */
  async onModuleInit(): Promise<void> {
    await this.model.createIndexes();
  }

  /** Throws MongoDB's duplicate key error on `nameKey`, `place` or `slug`. */
  async insert(api: Omit<ApiDoc, 'nameKey' | 'place' | 'tokenIds' | 'deletedAt' | 'revision'>): Promise<ApiDoc> {
    const doc: ApiDoc = {
      ...api,
      nameKey: nameKeyOf(api.name),
      place: placeOf(api),
      tokenIds: [],
      deletedAt: null,
      revision: 1,
      ...pendingChange(),
    };
    await this.model.create(doc);
    return doc;
  }

  find(id: string): Promise<ApiDoc | null> {
    return this.model.findOne({ _id: id, deletedAt: null }).lean<ApiDoc>();
  }

  /** Also one that is marked as deleted. */
  findAny(id: string): Promise<ApiDoc | null> {
    return this.model.findById(id).lean<ApiDoc>();
  }

  /** Without the fields that they serve. Throws UnknownCursor. */
  search({ datasetId, tokenId, method, active, ...search }: RequestOf<typeof listApis>): Promise<FoundPage<ApiDoc>> {
    const asked = { datasetId, tokenIds: tokenId, method, active };
    const given = Object.entries(asked).filter(([, value]) => value !== undefined);
    const filter: QueryFilter<ApiDoc> = { deletedAt: null, ...Object.fromEntries(given) };
    return searchList(this.model, search, { filter, texts: ['name', 'description', 'path'], without: 'served.fields' });
  }

  /** How many APIs hold each of these values in `member`, by the value; those that none holds are left out. */
  async countBy(member: 'datasetId' | 'tokenIds', values: readonly string[]): Promise<Record<string, number>> {
    const held = { [member]: { $in: values } };
    const counted = await this.model.aggregate<{ _id: string; count: number }>([
      { $match: { deletedAt: null, ...held } },
      { $unwind: `$${member}` },
      { $match: held },
      { $group: { _id: `$${member}`, count: { $sum: 1 } } },
    ]);
    return Object.fromEntries(counted.map(({ _id, count }) => [_id, count]));
  }

  /**
   * Oldest first, those after `above`: one at a time, since their fields can make them large. Only those that changed after
   * the change numbered `since`, where one is given, and then also those that are marked as deleted.
   */
  inOrder(since: number | undefined, above: string | undefined, limit: number): AsyncIterable<ApiDoc> {
    const which = since === undefined ? { deletedAt: null } : { $or: [{ rev: { $gt: since } }, isPending] };
    const filter: QueryFilter<ApiDoc> = { ...which, ...(above && { _id: { $gt: above } }) };
    return this.model.find(filter).sort({ _id: 1 }).limit(limit).lean<ApiDoc>().cursor({ batchSize: limit });
  }

  async takenName(name: string, exceptId?: string): Promise<boolean> {
    return (await this.model.exists({ nameKey: nameKeyOf(name), _id: { $ne: exceptId } })) !== null;
  }

  async takenPlaces(places: string[], exceptId?: string): Promise<string[]> {
    const docs = await this.model
      .find({ place: { $in: places }, _id: { $ne: exceptId } })
      .select('place')
      .lean<ApiDoc[]>();
    return docs.flatMap(({ place }) => place ?? []);
  }

  async takenSlugs(slugs: string[]): Promise<string[]> {
    const docs = await this.model
      .find({ slug: { $in: slugs } })
      .select('slug')
      .lean<ApiDoc[]>();
    return docs.map(({ slug }) => slug);
  }

  /**
   * Changes the API if it is still as it was read, with the version that it served then: settings are checked against its
   * fields. Null when somebody else was faster. May throw like `insert`.
   */
  update(read: ApiDoc, change: ApiChange, entry: AuditEntryDoc): Promise<ApiDoc | null> {
    const next = { ...read, ...change };
    return this.changed(asRead(read), {
      $set: { ...change, nameKey: nameKeyOf(next.name), place: placeOf(next), ...pendingChange() },
      $push: { pendingAudit: entry },
      $inc: { revision: 1 },
    });
  }

  /** Null when there is no such API, or it has the token, or as many as it may. */
  assign(id: string, tokenId: string, maxTokens: number, entry: AuditEntryDoc): Promise<ApiDoc | null> {
    return this.changed(
      { _id: id, deletedAt: null, tokenIds: { $ne: tokenId }, [`tokenIds.${maxTokens - 1}`]: { $exists: false } },
      { $push: { tokenIds: tokenId, pendingAudit: entry }, $set: pendingChange(), $inc: { revision: 1 } },
    );
  }

  /** Null when there is no such API, or it does not have the token. */
  unassign(id: string, tokenId: string, entry: AuditEntryDoc): Promise<ApiDoc | null> {
    return this.changed(
      { _id: id, deletedAt: null, tokenIds: tokenId },
      {
        $pull: { tokenIds: tokenId },
        $push: { pendingAudit: entry },
        $set: pendingChange(),
        $inc: { revision: 1 },
      },
    );
  }

  /**
   * Takes the API out of service and frees its name and place; `remove` follows once that is counted. Null when it no
   * longer has the revision that was read.
   */
  markDeleted({ _id, revision }: ApiDoc, deletedAt: Date, entry: AuditEntryDoc): Promise<ApiDoc | null> {
    return this.changed(
      { _id, revision, deletedAt: null },
      {
        $set: { deletedAt, active: false, ...pendingChange() },
        $push: { pendingAudit: entry },
        $unset: { nameKey: 1, place: 1 },
        $inc: { revision: 1 },
      },
    );
  }

  async remove(id: string): Promise<void> {
    await this.model.deleteOne({ _id: id, deletedAt: { $ne: null } });
  }

  /** APIs that are pinned to the version, or serve it because a later one does not fit. */
  countByVersion(datasetId: string, number: number): Promise<number> {
    return this.model.countDocuments({
      datasetId,
      deletedAt: null,
      $or: [{ version: number }, { 'served.number': number }],
    });
  }

  /** Whether an API serves the version, or one that follows the dataset may still come to it: they only move forward. */
  async needsVersion(datasetId: string, number: number): Promise<boolean> {
    const found = await this.model.exists({
      datasetId,
      deletedAt: null,
      $or: [
        { version: number },
        { 'served.number': number },
        { version: null, 'served.number': { $lt: number } },
        { version: null, served: null },
      ],
    });
    return found !== null;
  }

  countByDataset(datasetId: string): Promise<number> {
    return this.model.countDocuments({ datasetId, deletedAt: null });
  }

  async usesDomain(domain: string): Promise<boolean> {
    return (await this.model.exists({ domain, deletedAt: null })) !== null;
  }

  /** The datasets that some API follows. */
  followedDatasets(): Promise<string[]> {
    return this.model.distinct('datasetId', { version: null, deletedAt: null });
  }

  /** The APIs that follow the dataset, serve an older version or none, and were not held against this one yet. */
  async behind(datasetId: string, number: number): Promise<string[]> {
    const docs = await this.model
      .find({
        datasetId,
        version: null,
        deletedAt: null,
        $and: [
          { $or: [{ served: null }, { 'served.number': { $lt: number } }] },
          { $or: [{ misfit: null }, { misfit: { $lt: number } }] },
        ],
      })
      .select('_id')
      .lean<ApiDoc[]>();
    return docs.map(({ _id }) => _id);
  }

  /** Moves a following API, or notes why it stays; null when it is not as it was read any more. */
  follow(read: ApiDoc, serving: Serving & Pick<ApiDoc, 'modifiedAt'>): Promise<ApiDoc | null> {
    // The revision stays: a publisher's edit does not collide with new data.
    const filter = { ...asRead(read), misfit: read.misfit ?? null };
    return this.changed(filter, { $set: { ...serving, ...pendingChange() } });
  }

  private changed(filter: QueryFilter<ApiDoc>, update: UpdateQuery<ApiDoc>): Promise<ApiDoc | null> {
    return this.model.findOneAndUpdate(filter, update, { returnDocument: 'after' }).lean<ApiDoc>();
  }
}

const isPending = { pendingRev: { $gt: '' } };

function asRead({ _id, revision, served }: ApiDoc): QueryFilter<ApiDoc> {
  return { _id, revision, deletedAt: null, ...(served ? { 'served.versionId': served.versionId } : { served: null }) };
}
