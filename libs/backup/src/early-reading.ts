import type { mongo } from 'mongoose';
import type { BackupStore } from './backup-store';
import type { CollectionName, InstallationDatabases } from './installation-databases';
import { dumpName } from './manifest';
import { readCollection } from './read-collection';

/** Collections that documents are only ever added to: none changes, and none goes. */
const ONLY_ADDED_TO = ['audit', 'revocations'];
/** Among so many of the last ones it is not settled which an earlier reading has met. */
const UNSETTLED = 1_000;
const REMEMBERED = 5 * UNSETTLED;

/**
 * Reads most of the collections that only grow before the cut, while everybody writes: at the cut itself, for which
 * writers may have to wait, only what came since is left to read.
 */
export class EarlyReadings {
  private readonly readings = new Map<string, { count: number; recent: ReadonlySet<string> }>();

  private constructor(
    private readonly databases: InstallationDatabases,
    private readonly store: BackupStore,
    private readonly backup: string,
  ) {}

  static async read(databases: InstallationDatabases, store: BackupStore, backup: string): Promise<EarlyReadings> {
    const early = new EarlyReadings(databases, store, backup);
    const growing = (await databases.collections()).filter(({ collection }) => ONLY_ADDED_TO.includes(collection));
    for (const name of growing) await early.readOne(name);
    return early;
  }

  /**
   * Reads what came since, oldest first. Null where there was no early reading, or where the number of documents does not
   * prove that both together are the whole collection: then it has to be read anew.
   */
  async rest(name: CollectionName, session: mongo.ClientSession | undefined): Promise<Buffer[] | null> {
    const reading = this.readings.get(dumpName(this.backup, name));
    if (!reading) return null;
    const collection = this.databases.collection(name);
    const count = await collection.countDocuments({}, { session });
    const limit = Math.max(0, count - reading.count) + UNSETTLED;
    const newest = collection.find({}, { raw: true, hint: { $natural: -1 }, limit, session });
    const found = (await newest.toArray()) as unknown[] as Buffer[];
    const added = found.filter((document) => !reading.recent.has(keyOf(document))).reverse();
    return reading.count + added.length === count ? added : null;
  }

  /** The whole collection: the early reading and the rest. */
  async *whole(name: CollectionName, rest: readonly Buffer[]): AsyncIterable<Uint8Array> {
    yield* this.store.read(this.place(name));
    yield Buffer.concat(rest);
  }

  count(name: CollectionName): number {
    return this.readings.get(dumpName(this.backup, name))?.count ?? 0;
  }

  private async readOne(name: CollectionName): Promise<void> {
    let count = 0;
    const recent: Buffer[] = [];
    const content = readCollection(this.databases, name, undefined, (document) => {
      count++;
      recent.push(document);
      if (recent.length > 2 * REMEMBERED) recent.splice(0, REMEMBERED);
    });
    await this.store.write(content, () => this.place(name));
    this.readings.set(dumpName(this.backup, name), { count, recent: new Set(recent.map(keyOf)) });
  }

  /** No manifest names it, so that it goes when the backup is done. */
  private place(name: CollectionName): string {
    return `${dumpName(this.backup, name)}.early`;
  }
}

/** These documents never change: their bytes tell them apart. */
function keyOf(document: Buffer): string {
  return document.toString('latin1');
}
