import os from 'node:os';
import { mongo } from 'mongoose';
import { BackupFailure } from './backup-failure';

/** The databases of an installation, one for each service that owns data. */
const DATABASES = ['sluice_catalogue', 'sluice_registry', 'sluice_tokens'] as const;

/** The bucket of GridFS that holds the files of versions and pieces. */
const FILES_DATABASE = 'sluice_catalogue';
const BUCKET = 'version_files';
export const FILES_COLLECTION = `${BUCKET}.files`;
const CHUNKS_COLLECTION = `${BUCKET}.chunks`;
/** Files of views can be made again: they are in no backup, and a restore leaves none of what was before it. */
const MADE_AGAIN = /^view_files(\.|$)/;

const FIND_MS = 5_000;

/** A stored file as GridFS keeps it. It never changes. */
export interface GridFile {
  _id: mongo.ObjectId;
  length: number;
  chunkSize: number;
  uploadDate: Date;
}

export interface CollectionName {
  database: string;
  collection: string;
}

/** The databases of one installation, over a connection of the tool's own. */
export class InstallationDatabases {
  private constructor(
    readonly url: string,
    readonly client: mongo.MongoClient,
    /** Nobody else can reach this MongoDB: nobody has to be held back. */
    readonly isAlone: boolean,
  ) {}

  /** Fails in a sentence that holds no part of the URL, which may have a password in it. */
  static async connect(url: string, isAlone = false): Promise<InstallationDatabases> {
    try {
      const options: mongo.MongoClientOptions = {
        appName: 'sluice-backup',
        // By itself the driver imports it, which fails without a word in code that was compiled ahead; then it has no name.
        runtimeAdapters: { os },
        serverSelectionTimeoutMS: FIND_MS,
      };
      return new InstallationDatabases(url, await mongo.MongoClient.connect(url, options), isAlone);
    } catch (error) {
      throw new BackupFailure(`MongoDB does not answer: ${(error as Error).message}`);
    }
  }

  /** As services write: a URL that says `w=1` is of a single node, which has no majority. */
  get durably(): mongo.WriteConcernSettings {
    const alone = new URLSearchParams(this.url.split('?')[1]).get('w') === '1';
    return { w: alone ? 1 : 'majority', journal: true };
  }

  collection(name: CollectionName): mongo.Collection {
    return this.client.db(name.database).collection(name.collection);
  }

  get files(): mongo.Collection<GridFile> {
    return this.client.db(FILES_DATABASE).collection<GridFile>(FILES_COLLECTION);
  }

  get chunks(): mongo.Collection {
    return this.client.db(FILES_DATABASE).collection(CHUNKS_COLLECTION);
  }

  get bucket(): mongo.GridFSBucket {
    return new mongo.GridFSBucket(this.client.db(FILES_DATABASE), { bucketName: BUCKET });
  }

  /** Every collection of documents; the bytes of files are none. */
  async collections(): Promise<CollectionName[]> {
    const found = await Promise.all(
      DATABASES.map(async (database) => {
        const names = await this.client.db(database).listCollections({}, { nameOnly: true }).toArray();
        return names.map(({ name }) => ({ database, collection: name }));
      }),
    );
    return found.flat().filter(({ collection }) => {
      return collection !== CHUNKS_COLLECTION && !/^system\./.test(collection) && !MADE_AGAIN.test(collection);
    });
  }

  /** True as long as no service has written anything. */
  async areEmpty(): Promise<boolean> {
    for (const name of await this.collections()) if (await this.collection(name).findOne({})) return false;
    return true;
  }

  /** Names of the services that are connected, as far as this user may see: of other users too where it has the right. */
  async users(): Promise<string[]> {
    const look = (allUsers: boolean) =>
      this.client
        .db('admin')
        .aggregate([{ $currentOp: { allUsers, idleConnections: true } }])
        .toArray();
    const operations = await look(true)
      .catch(() => look(false))
      .catch(() => []);
    const names = operations.map(({ appName }) => String(appName ?? ''));
    return [...new Set(names.filter((name) => /^sluice-(?!backup)/.test(name)))].sort();
  }

  /** Removes everything, collection by collection: a service's user may not drop a database. */
  async clear(): Promise<void> {
    for (const name of await this.collections()) await this.collection(name).drop();
    await this.chunks.drop();
    const db = this.client.db(FILES_DATABASE);
    for (const { name } of await db.listCollections({}, { nameOnly: true }).toArray())
      if (MADE_AGAIN.test(name)) await db.collection(name).drop();
  }

  async close(): Promise<void> {
    await this.client.close();
  }
}
