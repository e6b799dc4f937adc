import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { RequestOf } from '@sluice/contracts/contract';
import { type listLinks, MAX_LINKS } from '@sluice/contracts/tokens/links';
import type { AuditEntryDoc } from '@sluice/storage/audit-entry';
import { pendingChange } from '@sluice/storage/change-feed';
import { type FoundPage, searchList } from '@sluice/storage/list-search';
import type { Model } from 'mongoose';
import { LINKS, type LinkDoc } from './link-doc';

/** So much longer an ended link is told of than it would have been good: clocks of gateways may be behind. */
const CLOCKS_MS = 3_600_000;

/** Links in MongoDB, as many at a time as a secret may have. */
@Injectable()
export class LinksStore implements OnModuleInit {
  constructor(@InjectModel(LINKS) private readonly model: Model<LinkDoc>) {}

  async onModuleInit(): Promise<void> {
    await this.model.createIndexes();
  }

  /**
   * Adds a link, or takes it back and tells false where its secret has too many. They are counted afterwards: of two that are added at a
   * time both are counted by one of them at least.
   */
  async insert(doc: LinkDoc): Promise<boolean> {
    await this.model.create(doc);
    const { secretHash, createdAt } = doc;
    const states = [{ expiresAt: { $gt: createdAt } }, { endedAt: { $ne: null }, ...told(createdAt) }];
    const count = await this.model.countDocuments({ secretHash, $or: states }, { limit: MAX_LINKS + 1 });
    if (count <= MAX_LINKS) return true;
    await this.model.deleteOne({ _id: doc._id });
    return false;
  }

  find(id: string, tokenId: string): Promise<LinkDoc | null> {
    return this.model.findOne({ _id: id, tokenId }).lean<LinkDoc>();
  }

  /** Adds an entry of the audit log. */
  record(id: string, entry: AuditEntryDoc): Promise<LinkDoc | null> {
    return this.model
      .findByIdAndUpdate(id, { $push: { pendingAudit: entry } }, { returnDocument: 'after' })
      .lean<LinkDoc>();
  }

  /** Null when it had ended before. */
  end(id: string, endedAt: Date, entry: AuditEntryDoc): Promise<LinkDoc | null> {
    return this.model
      .findOneAndUpdate(
        { _id: id, endedAt: null },
        { $set: { endedAt, ...pendingChange() }, $push: { pendingAudit: entry } },
        { returnDocument: 'after' },
      )
      .lean<LinkDoc>();
  }

  /** The links of a secret that were ended and that some gateway may still take for good. */
  async ended(secretHash: string, now: Date): Promise<string[]> {
    const found = await this.model
      .find({ secretHash, endedAt: { $ne: null }, ...told(now) })
      .select('_id')
      .lean<{ _id: string }[]>();
    return found.map(({ _id }) => _id);
  }

  /** Those that are good at `now` if these secrets are. Throws UnknownCursor. */
  living(
    { tokenIds, apiId, ...search }: RequestOf<typeof listLinks>,
    secretHashes: readonly string[],
    now: Date,
  ): Promise<FoundPage<LinkDoc>> {
    const filter = {
      tokenId: { $in: tokenIds },
      secretHash: { $in: [...secretHashes] },
      expiresAt: { $gt: now },
      endedAt: null,
      ...(apiId !== undefined && { apiId }),
    };
    return searchList(this.model, search, { filter, texts: ['query'] });
  }

  /** Removes what nobody takes for good any more, once it is in the audit log; there are no TTL indexes everywhere. */
  async sweep(now: Date): Promise<void> {
    const expiresAt = { $lt: new Date(now.getTime() - CLOCKS_MS) };
    await this.model.deleteMany({ expiresAt, pendingRev: { $exists: false }, 'pendingAudit.0': { $exists: false } });
  }
}

/** Matches those that gateways may still take for good, whose ends they are told of. */
function told(now: Date) {
  return { expiresAt: { $gt: new Date(now.getTime() - CLOCKS_MS) } };
}
