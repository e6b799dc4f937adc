import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { hashSecret } from '@sluice/runtime/secret-format';
import type { Model, QueryFilter } from 'mongoose';
import { OAUTH_RECORDS, type OAuthModel, type OAuthRecordDoc } from './oauth-record-doc';

/** A record that is to be stored, and how many like it there may be. */
export interface NewOAuthRecord
  extends Pick<OAuthRecordDoc, 'payload' | 'agentId' | 'address' | 'createdAt' | 'expiresAt'> {
  id: string;
}

/** Records of the authorization server in MongoDB. */
@Injectable()
export class OAuthRecordsStore implements OnModuleInit {
  constructor(@InjectModel(OAUTH_RECORDS) private readonly model: Model<OAuthRecordDoc>) {}

  async onModuleInit(): Promise<void> {
    await this.model.createIndexes();
  }

  /** Stores a record, or what has changed in it. Its network stays the first one. */
  async put(model: OAuthModel, { id, address, createdAt, ...members }: NewOAuthRecord): Promise<void> {
    await this.model.updateOne(
      { _id: keyOf(model, id) },
      { $set: { model, ...members }, $setOnInsert: { createdAt, ...(address !== undefined && { address }) } },
      { upsert: true },
    );
  }

  /** Counts the records that have not expired, as far as `limit`. */
  count(
    model: OAuthModel,
    of: Pick<OAuthRecordDoc, 'address'> | Pick<OAuthRecordDoc, 'agentId'>,
    now: Date,
    limit: number,
  ): Promise<number> {
    return this.model.countDocuments({ model, ...of, expiresAt: { $gt: now } }, { limit });
  }

  find(model: OAuthModel, id: string): Promise<OAuthRecordDoc | null> {
    return this.findByHash(model, hashSecret(id));
  }

  findByHash(model: OAuthModel, hash: string): Promise<OAuthRecordDoc | null> {
    return this.model.findById(`${model}:${hash}`).lean<OAuthRecordDoc>();
  }

  /** Marks a record as used; false where it was before, so that of two who use it at a time one is refused. */
  async consume(model: OAuthModel, id: string, consumedAt: Date): Promise<boolean> {
    const filter: QueryFilter<OAuthRecordDoc> = { _id: keyOf(model, id), consumedAt: null };
    return (await this.model.updateOne(filter, { $set: { consumedAt } })).matchedCount === 1;
  }

  async remove(model: OAuthModel, id: string): Promise<void> {
    await this.model.deleteOne({ _id: keyOf(model, id) });
  }

  /** Lets a client live at least until then: one that somebody has allowed to read is not swept as an unused one. */
  async keepClient(id: string, expiresAt: Date): Promise<void> {
    await this.model.updateOne({ _id: keyOf('Client', id) }, { $max: { expiresAt } });
  }

  async removeOfAgent(model: OAuthModel, agentId: string): Promise<void> {
    await this.model.deleteMany({ model, agentId });
  }

  /** The hashes of access tokens of these agents that have not expired. */
  async accessTokenHashes(agentIds: readonly string[], now: Date): Promise<string[]> {
    if (agentIds.length === 0) return [];
    const found = await this.model
      .find({ model: 'AccessToken', agentId: { $in: [...agentIds] }, expiresAt: { $gt: now } })
      .select('_id')
      .lean<{ _id: string }[]>();
    return found.map(({ _id }) => _id.slice(_id.indexOf(':') + 1));
  }

  /** Removes what has expired; there are no TTL indexes everywhere. */
  async sweep(now: Date): Promise<void> {
    await this.model.deleteMany({ expiresAt: { $lt: now } });
  }
}

function keyOf(model: OAuthModel, id: string): string {
  return `${model}:${hashSecret(id)}`;
}
