import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { AuditEntryDoc } from '@sluice/storage/audit-entry';
import { pendingChange } from '@sluice/storage/change-feed';
import { isDuplicateKey } from '@sluice/storage/duplicate-key';
import type { Model } from 'mongoose';
import { ADMIN_KEYS, type AdminKeyDoc, storedIdsOf } from './admin-key-doc';

/** Admin keys in MongoDB. A key that nobody has seen yet needs no announcement; its end does. */
@Injectable()
export class AdminKeysStore implements OnModuleInit {
  constructor(@InjectModel(ADMIN_KEYS) private readonly model: Model<AdminKeyDoc>) {}

  async onModuleInit(): Promise<void> {
    await this.model.createIndexes();
  }

  findBySecret(secretHash: string): Promise<AdminKeyDoc | null> {
    return this.model.findOne({ secretHash }).lean<AdminKeyDoc>();
  }

  find(id: string): Promise<AdminKeyDoc | null> {
    return this.model.findById(id).lean<AdminKeyDoc>();
  }

  findOf(adminId: string | null, keyId: string): Promise<AdminKeyDoc | null> {
    return this.model.findOne({ _id: { $in: storedIdsOf(keyId) }, adminId }).lean<AdminKeyDoc>();
  }

  /** Newest first, those older than `below`; null finds the installation's own. */
  list(adminId: string | null, below: string | undefined, limit: number): Promise<AdminKeyDoc[]> {
    const older = below === undefined ? {} : { _id: { $lt: below } };
    return this.model
      .find({ ...older, adminId })
      .sort({ _id: -1 })
      .limit(limit)
      .lean<AdminKeyDoc[]>();
  }

  async any(): Promise<boolean> {
    return (await this.model.exists({})) !== null;
  }

  async insert(doc: AdminKeyDoc): Promise<void> {
    await this.model.create(doc);
  }

  /** Null when there is no such key that could still be revoked. */
  revoke(id: string, revokedAt: Date, entry: AuditEntryDoc): Promise<AdminKeyDoc | null> {
    return this.model
      .findOneAndUpdate(
        { _id: id, revokedAt: null },
        { $set: { revokedAt, ...pendingChange() }, $push: { pendingAudit: entry } },
        { returnDocument: 'after' },
      )
      .lean<AdminKeyDoc>();
  }

  async used(id: string, at: Date): Promise<void> {
    await this.model.updateOne({ _id: id }, { $max: { lastUsedAt: at } });
  }

  /** False when another replica was first. */
  async insertFirst(doc: AdminKeyDoc): Promise<boolean> {
    try {
      await this.model.create(doc);
      return true;
    } catch (error) {
      if (isDuplicateKey(error)) return false;
      throw error;
    }
  }

  /** Adds a key unless it is there; replicas that start together may all do it. */
  async add({ secretHash, ...added }: AdminKeyDoc): Promise<void> {
    try {
      await this.model.updateOne({ secretHash }, { $setOnInsert: added }, { upsert: true });
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
    }
  }
}
