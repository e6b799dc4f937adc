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

  /** The last word about each document, one after the other: it takes away all that earlier ones do. */
  async *lastWords(): AsyncGenerator<RevocationEntry> {
    let document = '';
    const collections = new Set<string>();
    // In the order of the index; few collections have documents of the same id.
    for await (const link of this.links()
      .find({ _id: { $gt: 0 } })
      .sort({ document: 1, _id: -1 })) {
      const entry = link as RevocationEntry;
      if (entry.document !== document) collections.clear();
      document = entry.document;
      if (collections.has(entry.collection)) continue;
      collections.add(entry.collection);
      yield entry;
    }
  }

  /** The hashes of all entries by their numbers. */
  async hashes(): Promise<Map<number, string>> {
    const hashes = new Map<number, string>();
    for await (const { _id, hash } of this.links().find({ _id: { $gt: 0 } }, { projection: { hash: 1 } }))
      hashes.set(_id, hash);
    return hashes;
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
