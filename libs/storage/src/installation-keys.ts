import { randomBytes } from 'node:crypto';
import type { mongo } from 'mongoose';

/** The collection of the database `sluice_tokens` that holds the keys of the installation. */
export const INSTALLATION_KEYS = 'cursorKeys';

/** A key (base64, 32 bytes) and since when, by the wall clock, it is the one that signs: the first one, `current`, ever. */
export interface InstallationKeyDoc {
  _id: string;
  key: string;
  signsFrom?: Date;
  /** Of the first one: when answers were first named with it; the release before did so without. */
  namesSince?: Date;
}

/** The keys that count at a moment: one that signs, and those that what was made before, or soon will be, is read with. */
export interface KeyRing {
  signing: string;
  others: string[];
}

/** How long a new key is known before it signs: every gateway asks several times meanwhile. */
export const ANNOUNCED_MS = 60_000;
/** How long what a key made counts after another one signs. */
export const KEPT_MS = 24 * 3_600_000;
const KEY_BYTES = 32;

export function newInstallationKey(): string {
  return randomBytes(KEY_BYTES).toString('base64');
}

/** Says which of the stored keys count at a moment; null where none is stored. */
export function keyRingAt(docs: readonly InstallationKeyDoc[], at: Date): KeyRing | null {
  const inOrder = docs
    .map(({ key, signsFrom }) => ({ key, fromMs: signsFrom?.getTime() ?? 0 }))
    .sort((one, other) => one.fromMs - other.fromMs);
  const now = at.getTime();
  const signing = inOrder.findLast(({ fromMs }) => fromMs <= now) ?? inOrder[0];
  if (!signing) return null;
  const counts = (index: number) => (inOrder[index + 1]?.fromMs ?? Number.POSITIVE_INFINITY) + KEPT_MS > now;
  const others = inOrder.filter((each, index) => each !== signing && counts(index));
  return { signing: signing.key, others: others.map(({ key }) => key) };
}

/** Stores a new key of the installation, in the database of tokens; tells from when on it signs. */
export async function addInstallationKey(db: mongo.Db, at: Date, id: string): Promise<Date> {
  const signsFrom = new Date(at.getTime() + ANNOUNCED_MS);
  const doc: InstallationKeyDoc = { _id: id, key: newInstallationKey(), signsFrom };
  await db.collection<InstallationKeyDoc>(INSTALLATION_KEYS).insertOne(doc);
  return signsFrom;
}
