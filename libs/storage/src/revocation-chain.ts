import { randomUUID } from 'node:crypto';
import type { mongo } from 'mongoose';
import { isDuplicateKey } from './duplicate-key';
import { followEntry, type Genesis, genesisOf, REVOCATIONS, type RevocationEntry } from './revocation-entry';

type Link = RevocationEntry | Genesis;
/** Somebody else takes a number now and then; hundreds at once do not. */
const TRIES = 1_000;

/** The numbered, hashed chain of what was ended, in the database whose documents it is about. */
export class RevocationChain {
  constructor(private readonly db: mongo.Db) {}

  async genesis(): Promise<Genesis | null> {
    return (await this.links().findOne({ _id: 0 })) as Genesis | null;
  }

  async createIndex(): Promise<void> {
    await this.links().createIndex({ document: 1, _id: -1 });
  }

  /** The last word about one document. */
  async lastOf(collection: string, document: string): Promise<RevocationEntry | null> {
    return (await this.links().findOne({ collection, document }, { sort: { _id: -1 } })) as RevocationEntry | null;
  }

  /** Replicas that begin together agree on one. */
  async begin(): Promise<Genesis> {
    try {
      await this.links().insertOne(genesisOf(randomUUID()));
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
    }
    const genesis = await this.genesis();
    if (!genesis) throw new Error('the beginning of the revocations is gone');
    return genesis;
  }

  /** True while nothing was ever counted here. */
  async isNew(): Promise<boolean> {
    return (await this.db.collection('counters').findOne({})) === null;
  }

  async last(): Promise<Link | null> {
    return (await this.links().findOne({}, { sort: { _id: -1 } })) as Link | null;
  }

  async find(number: number): Promise<Link | null> {
    return (await this.links().findOne({ _id: number })) as Link | null;
  }

  async entries(): Promise<RevocationEntry[]> {
    return (await this.links()
      .find({ _id: { $gt: 0 } })
      .sort({ _id: 1 })
      .toArray()) as RevocationEntry[];
  }

  /** Adds the next one, whoever else does: the unique number decides. */
  async append(what: Pick<RevocationEntry, 'collection' | 'document' | 'ending'>): Promise<RevocationEntry> {
    for (let tries = 0; tries < TRIES; tries++) {
      const entry = followEntry((await this.last()) ?? (await this.begin()), what);
      try {
        await this.links().insertOne(entry);
        return entry;
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
      }
    }
    throw new Error('no number was free for a revocation');
  }

  private links(): mongo.Collection<Link & { _id: number }> {
    return this.db.collection<Link & { _id: number }>(REVOCATIONS);
  }
}
