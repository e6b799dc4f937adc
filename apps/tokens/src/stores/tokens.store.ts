import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { RequestOf } from '@sluice/contracts/contract';
import type { listTokens } from '@sluice/contracts/tokens/tokens';
import type { AuditEntryDoc } from '@sluice/storage/audit-entry';
import { pendingChange } from '@sluice/storage/change-feed';
import { type FoundPage, searchList } from '@sluice/storage/list-search';
import type { Model, QueryFilter } from 'mongoose';
import { inState, nameKeyOf, TOKENS, type TokenDoc } from './token-doc';

/** The members of a token that can be changed until it is revoked. */
export type TokenChange = Partial<
  Pick<
    TokenDoc,
    | 'name'
    | 'description'
    | 'expiresAt'
    | 'disabled'
    | 'limits'
    | 'secretHash'
    | 'hint'
    | 'former'
    | 'endedHash'
    | 'leak'
  >
>;

/** Access tokens in MongoDB. Every change is marked as pending, so that it gets counted whatever happens next. */
@Injectable()
export class TokensStore implements OnModuleInit {
  constructor(@InjectModel(TOKENS) private readonly model: Model<TokenDoc>) {}

  /** The unique indexes are what keeps names apart under concurrency: nothing is served before they stand. */
  async onModuleInit(): Promise<void> {
    await this.model.createIndexes();
  }

  /** Throws MongoDB's duplicate key error when the name is taken. */
  async insert(token: Omit<TokenDoc, 'nameKey' | 'revision'>): Promise<TokenDoc> {
    const doc: TokenDoc = { ...token, nameKey: nameKeyOf(token.name), revision: 1, ...pendingChange() };
    await this.model.create(doc);
    return doc;
  }

  find(id: string): Promise<TokenDoc | null> {
    return this.model.findById(id).lean<TokenDoc>();
  }

  findAll(ids: readonly string[]): Promise<TokenDoc[]> {
    return this.model.find({ _id: { $in: [...ids] } }).lean<TokenDoc[]>();
  }

  findBySecret(secretHash: string): Promise<TokenDoc | null> {
    return this.model.findOne({ $or: [{ secretHash }, { 'former.secretHash': secretHash }] }).lean<TokenDoc>();
  }

  /** Their states are those at `now`. Throws UnknownCursor. */
  search({ state, ids, ...search }: RequestOf<typeof listTokens>, now: Date): Promise<FoundPage<TokenDoc>> {
    const filter: QueryFilter<TokenDoc> = { ...(ids && { _id: { $in: ids } }), ...(state && inState(state, now)) };
    return searchList(this.model, search, { filter, texts: ['name', 'description'] });
  }

  /** Changes the token if it still has this revision and is not revoked; null otherwise. */
  update(id: string, revision: number, change: TokenChange, entry: AuditEntryDoc): Promise<TokenDoc | null> {
    const named = change.name === undefined ? {} : { nameKey: nameKeyOf(change.name) };
    return this.model
      .findOneAndUpdate(
        { _id: id, revision, revokedAt: null },
        {
          $set: { ...change, ...named, ...pendingChange() },
          $push: { pendingAudit: entry },
          $inc: { revision: 1 },
        },
        { returnDocument: 'after' },
      )
      .lean<TokenDoc>();
  }

  /** Ends the token if it still has this revision and is not revoked; null otherwise. */
  revoke(
    id: string,
    revision: number,
    change: Pick<TokenDoc, 'revokedAt' | 'leak'>,
    entry: AuditEntryDoc,
  ): Promise<TokenDoc | null> {
    return this.model
      .findOneAndUpdate(
        { _id: id, revision, revokedAt: null },
        {
          $set: { ...change, ...pendingChange() },
          $unset: { nameKey: 1 },
          $push: { pendingAudit: entry },
          $inc: { revision: 1 },
        },
        { returnDocument: 'after' },
      )
      .lean<TokenDoc>();
  }

  /** Notes when tokens were used last; neither a change of theirs nor counted as one. */
  async used(uses: readonly { tokenId: string; usedAt: string }[]): Promise<void> {
    if (uses.length === 0) return;
    await this.model.bulkWrite(
      uses.map(({ tokenId, usedAt }) => ({
        updateOne: { filter: { _id: tokenId }, update: { $max: { lastUsedAt: new Date(usedAt) } } },
      })),
      { ordered: false },
    );
  }
}
