import type { mongo } from 'mongoose';
import { RevocationChain } from './revocation-chain';
import { isNeeded, type RevocationEntry, updateFor } from './revocation-entry';
import { WitnessFile, type WitnessLine } from './witness-file';

export interface WitnessMerge {
  /** Things that the witness knows to be ended and the database did not. */
  lost: number;
  /** How many of them were ended in the database now: others are not in it, or were given up. */
  applied: number;
}

/**
 * Brings a restored database and the witness together: applies what the witness knows and the database does not, or with
 * `accept` gives it up. Afterwards both are the same, and the service serves. It must not run. May be repeated.
 */
export async function mergeWitness(
  db: mongo.Db,
  service: string,
  path: string,
  accept: boolean,
): Promise<WitnessMerge> {
  const [chain, witness] = [new RevocationChain(db), new WitnessFile(path)];
  const { genesis, installations, lost } = await findLost(db, service, path);
  if (lost.length === 0) return { lost: 0, applied: 0 };
  let applied = 0;
  for (const entry of accept ? [] : lost) {
    const { collection, document, ending } = entry;
    const { matchedCount, upsertedCount } = await db
      .collection<{ _id: string }>(collection)
      .updateOne({ _id: document }, updateFor(entry), {
        upsert: isNeeded(entry),
        writeConcern: { w: 1, journal: true },
      });
    applied += matchedCount + upsertedCount;
    await chain.append({ collection, document, ending });
  }
  const { installation } = genesis ?? (await chain.begin());
  const kept: WitnessLine[] = [];
  for await (const entry of chain.lastWords()) kept.push({ service, installation, ...entry });
  for (const stale of installations) await witness.replace(service, stale, []);
  await witness.replace(service, installation, kept);
  return { lost: lost.length, applied };
}

/** Finds what the witness knows to be ended and the database does not; changes nothing. */
export async function findLost(db: mongo.Db, service: string, path: string) {
  const chain = new RevocationChain(db);
  const genesis = await chain.genesis();
  const present = await chain.hashes();
  const installations = new Set<string>();
  const lost: WitnessLine[] = [];
  for await (const line of new WitnessFile(path).read(service)) {
    if (genesis && line.installation !== genesis.installation) continue;
    installations.add(line.installation);
    if (present.get(line._id) !== line.hash) lost.push(line);
  }
  return { genesis, installations, lost: latestOfEach(lost) };
}

/** The last word about each document, in their order: it holds all that ended before. */
function latestOfEach(lines: readonly WitnessLine[]): RevocationEntry[] {
  const latest = new Map<string, WitnessLine>();
  for (const line of [...lines].sort((a, b) => a._id - b._id)) {
    const key = `${line.collection} ${line.document}`;
    latest.delete(key);
    latest.set(key, line);
  }
  return [...latest.values()];
}
