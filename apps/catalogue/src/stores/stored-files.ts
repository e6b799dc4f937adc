import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { type Connection, mongo, type Types } from 'mongoose';

const CHUNK_BYTES = 1024 * 1024;
/** The name of GridFS's collections of the files of versions and pieces. */
export const VERSION_FILES = 'version_files';
/** The same of the files of views. */
const VIEW_FILE_BYTES = 'view_files';

/** What is stored beside a file. */
export interface StoredFileDoc {
  _id: Types.ObjectId;
  length: number;
  metadata?: {
    /** The SHA-256 of all its bytes, in hexadecimal digits. */
    sha256: string;
  };
}

/** Tells that a stored file is not what was once written. */
export class FileDamaged extends Error {}

/** Files in a bucket of GridFS. A stored file never changes, and is held to its SHA-256 when it is fetched. */
class StoredFiles {
  constructor(
    private readonly connection: Connection,
    private readonly bucketName: string,
  ) {}

  /** Resolves with the SHA-256 once every chunk is durable. What an aborted upload leaves goes with `remove`. */
  async store(fileId: Types.ObjectId, name: string, path: string, signal?: AbortSignal): Promise<string> {
    // Written behind the last chunk, when the sum is known.
    const metadata = { sha256: '' };
    const upload = this.bucket().openUploadStreamWithId(fileId, name, { chunkSizeBytes: CHUNK_BYTES, metadata });
    const source = createReadStream(path, { highWaterMark: CHUNK_BYTES });
    const summed = (bytes: AsyncIterable<Buffer>) =>
      summing(bytes, ({ sha256 }) => {
        metadata.sha256 = sha256;
      });
    await pipeline(source, summed, upload, { signal });
    return metadata.sha256;
  }

  /** Writes a file to a path. Throws `FileDamaged` where the bytes are not those that were stored. */
  async fetch(fileId: Types.ObjectId, path: string): Promise<void> {
    await this.read(fileId, createWriteStream(path));
  }

  /** Works out the SHA-256 of a stored file. */
  sum(fileId: Types.ObjectId, signal: AbortSignal): Promise<string> {
    const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
    return this.read(fileId, nowhere, signal);
  }

  private async read(fileId: Types.ObjectId, target: Writable, signal?: AbortSignal): Promise<string> {
    let stored: StoredFileDoc | undefined;
    let read = { sha256: '', bytes: 0 };
    const download = this.bucket().openDownloadStream(fileId);
    download.once('file', (file: StoredFileDoc) => {
      stored = file;
    });
    const summed = (bytes: AsyncIterable<Buffer>) =>
      summing(bytes, (sum) => {
        read = sum;
        // GridFS ends without a word where the last chunks are gone. Files of the first release get their sums behind its start.
        const wanted = { sha256: stored?.metadata?.sha256 ?? sum.sha256, bytes: stored?.length };
        if (sum.sha256 !== wanted.sha256 || sum.bytes !== wanted.bytes)
          throw new FileDamaged(
            `stored file ${fileId} has another checksum: ${describe(sum)}, not ${describe(wanted)}`,
          );
      });
    await pipeline(download, summed, target, { signal });
    return read.sha256;
  }

  /** Lists the files that were stored before a moment. */
  async storedBefore(moment: Date): Promise<Types.ObjectId[]> {
    const files = this.connection.collection<StoredFileDoc & { uploadDate: Date }>(`${this.bucketName}.files`);
    const found = files.find({ uploadDate: { $lt: moment } }, { projection: { _id: 1 } });
    return (await found.toArray()).map(({ _id }) => _id);
  }

  /** Removes a file, also one of which only some chunks were written. */
  async remove(fileId: Types.ObjectId): Promise<void> {
    await this.connection.collection(`${this.bucketName}.files`).deleteOne({ _id: fileId });
    await this.connection.collection(`${this.bucketName}.chunks`).deleteMany({ files_id: fileId });
  }

  private bucket(): mongo.GridFSBucket {
    const { db } = this.connection;
    if (!db) throw new mongo.MongoNotConnectedError('not connected to MongoDB');
    return new mongo.GridFSBucket(db, { bucketName: this.bucketName });
  }
}

/** The Parquet files of versions, and of pieces of their sent rows. */
@Injectable()
export class VersionFiles extends StoredFiles {
  constructor(@InjectConnection() connection: Connection) {
    super(connection, VERSION_FILES);
  }
}

/** The Parquet files of views. */
@Injectable()
export class ViewFileBytes extends StoredFiles {
  constructor(@InjectConnection() connection: Connection) {
    super(connection, VIEW_FILE_BYTES);
  }
}

interface Sum {
  sha256: string;
  bytes: number;
}

/** Passes bytes on, and tells their sum before it ends. */
async function* summing(bytes: AsyncIterable<Buffer>, told: (sum: Sum) => void): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  let count = 0;
  for await (const chunk of bytes) {
    hash.update(chunk);
    count += chunk.length;
    yield chunk;
  }
  told({ sha256: hash.digest('hex'), bytes: count });
}

function describe({ sha256, bytes }: Partial<Sum>): string {
  return `${sha256} of ${bytes} bytes`;
}
