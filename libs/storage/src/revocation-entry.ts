import { createHash } from 'node:crypto';
import { mongo } from 'mongoose';

const { EJSON } = mongo.BSON;

/** What a change ended, as it can be applied to the document once more: it only ever takes away. */
export interface Ending {
  set?: Readonly<Record<string, unknown>>;
  unset?: readonly string[];
  /** Whether the document is made where there is none: what it ends is good without it. */
  isNeeded?: boolean;
  /** Lists that keep none but these of their members. */
  keep?: Readonly<Record<string, readonly string[]>>;
}

/** One ended thing in the chain of a database. */
export interface RevocationEntry {
  /** Numbered from 1 on without a gap. */
  _id: number;
  collection: string;
  document: string;
  /** The ending as text (EJSON), so that its hash is of bytes. */
  ending: string;
  /** SHA-256 over the hash of the entry before and all of this one. */
  hash: string;
}

/** The chain's first document: which installation it belongs to. */
export interface Genesis {
  _id: 0;
  installation: string;
  hash: string;
}

export const REVOCATIONS = 'revocations';

export function genesisOf(installation: string): Genesis {
  return { _id: 0, installation, hash: sha256(installation) };
}

/** The entry that follows one with this number and hash. */
export function followEntry(
  last: Pick<RevocationEntry | Genesis, '_id' | 'hash'>,
  what: Pick<RevocationEntry, 'collection' | 'document' | 'ending'>,
): RevocationEntry {
  const { collection, document, ending } = what;
  const _id = last._id + 1;
  return {
    _id,
    collection,
    document,
    ending,
    hash: sha256(JSON.stringify([last.hash, _id, collection, document, ending])),
  };
}

export function writeEnding(ending: Ending): string {
  return EJSON.stringify(ending, { relaxed: false });
}

/** The update of MongoDB that ends it once more. */
export function updateFor({ ending }: RevocationEntry): mongo.UpdateFilter<mongo.Document> {
  const { set = {}, unset = [], keep = {} } = EJSON.parse(ending) as Ending;
  const lists = Object.entries(keep).map(([name, members]) => [name, { $nin: members }]);
  return {
    ...(Object.keys(set).length > 0 && { $set: set }),
    ...(unset.length > 0 && { $unset: Object.fromEntries(unset.map((name) => [name, 1])) }),
    ...(lists.length > 0 && { $pull: Object.fromEntries(lists) }),
  };
}

/** Tells whether its document is made where there is none. */
export function isNeeded({ ending }: RevocationEntry): boolean {
  return (EJSON.parse(ending) as Ending).isNeeded === true;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
