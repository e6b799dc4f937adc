import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { RequestOf } from '@sluice/contracts/contract';
import { type listAgents, MAX_AGENTS } from '@sluice/contracts/tokens/agents';
import type { AuditEntryDoc } from '@sluice/storage/audit-entry';
import { pendingChange } from '@sluice/storage/change-feed';
import { type FoundPage, searchList } from '@sluice/storage/list-search';
import type { Model } from 'mongoose';
import { AGENTS, type AgentDoc } from './agent-doc';

const MINUTE_MS = 60_000;

/** Agents in MongoDB, as many at a time as a token may have. */
@Injectable()
export class AgentsStore implements OnModuleInit {
  constructor(@InjectModel(AGENTS) private readonly model: Model<AgentDoc>) {}

  async onModuleInit(): Promise<void> {
    await this.model.createIndexes();
  }

  /** Adds an agent, or takes it back and tells false where its token has too many: of two that are added at a time one at least counts both. */
  async insert(doc: AgentDoc): Promise<boolean> {
    await this.model.create(doc);
    const { tokenId, createdAt } = doc;
    const count = await this.model.countDocuments({ tokenId, ...goodAt(createdAt) }, { limit: MAX_AGENTS + 1 });
    if (count <= MAX_AGENTS) return true;
    await this.model.deleteOne({ _id: doc._id });
    return false;
  }

  find(id: string): Promise<AgentDoc | null> {
    return this.model.findById(id).lean<AgentDoc>();
  }

  /** Finds one that is neither ended nor expired; whether its secret is good is another question. */
  findGood(id: string, now: Date): Promise<AgentDoc | null> {
    return this.model.findOne({ _id: id, ...goodAt(now) }).lean<AgentDoc>();
  }

  /** Adds an entry of the audit log. */
  record(id: string, entry: AuditEntryDoc): Promise<AgentDoc | null> {
    return this.model
      .findByIdAndUpdate(id, { $push: { pendingAudit: entry } }, { returnDocument: 'after' })
      .lean<AgentDoc>();
  }

  /** Null when it had ended before. */
  end(id: string, endedAt: Date, entry: AuditEntryDoc): Promise<AgentDoc | null> {
    return this.model
      .findOneAndUpdate(
        { _id: id, endedAt: null },
        { $set: { endedAt, ...pendingChange() }, $push: { pendingAudit: entry } },
        { returnDocument: 'after' },
      )
      .lean<AgentDoc>();
  }

  /** Notes to the minute that it was used; neither a change of it nor counted as one. */
  async used({ _id, lastUsedAt }: AgentDoc, now: Date): Promise<void> {
    const minute = new Date(Math.floor(now.getTime() / MINUTE_MS) * MINUTE_MS);
    if (lastUsedAt && lastUsedAt >= minute) return;
    await this.model.updateOne({ _id }, { $max: { lastUsedAt: minute } });
  }

  /** The ids of those of a token that are good at `now` if their secrets are. */
  async idsOfToken(tokenId: string, now: Date): Promise<string[]> {
    const found = await this.model
      .find({ tokenId, ...goodAt(now) })
      .select('_id')
      .lean<{ _id: string }[]>();
    return found.map(({ _id }) => _id);
  }

  /** Those of a token that are good at `now` if these secrets are. Throws UnknownCursor. */
  living(
    { tokenId, ...search }: RequestOf<typeof listAgents>,
    secretHashes: readonly string[],
    now: Date,
  ): Promise<FoundPage<AgentDoc>> {
    const filter = { tokenId, secretHash: { $in: [...secretHashes] }, ...goodAt(now) };
    return searchList(this.model, search, { filter, texts: [] });
  }

  /** Removes those that are over, once that is in the audit log and every access token of theirs has expired. */
  async sweep(before: Date): Promise<void> {
    const over = [{ expiresAt: { $lt: before } }, { endedAt: { $lt: before } }];
    await this.model.deleteMany({ $or: over, pendingRev: { $exists: false }, 'pendingAudit.0': { $exists: false } });
  }
}

function goodAt(now: Date) {
  return { endedAt: null, expiresAt: { $gt: now } };
}
