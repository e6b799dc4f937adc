import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { type Connection, mongo, type Types } from 'mongoose';

const CHUNK_BYTES = 1024 * 1024;

/** The Parquet files of versions in GridFS. A stored file never changes. */
@Injectable()
export class VersionFiles {
  constructor(@InjectConnection() private readonly connection: Connection) {}

  /** Resolves once every chunk is durable. What an aborted upload leaves goes with `remove`. */
  async store(fileId: Types.ObjectId, name: string, path: string, signal?: AbortSignal): Promise<void> {
    const upload = this.bucket().openUploadStreamWithId(fileId, name, { chunkSizeBytes: CHUNK_BYTES });
    await pipeline(createReadStream(path, { highWaterMark: CHUNK_BYTES }), upload, { signal });
  }

  async fetch(fileId: Types.ObjectId, path: string): Promise<void> {
    await pipeline(this.bucket().openDownloadStream(fileId), createWriteStream(path));
  }

  /** Removes a file, also one of which only some chunks were written. */
  async remove(fileId: Types.ObjectId): Promise<void> {
    await this.connection.collection('version_files.files').deleteOne({ _id: fileId });
    await this.connection.collection('version_files.chunks').deleteMany({ files_id: fileId });
  }

  private bucket(): mongo.GridFSBucket {
    const { db } = this.connection;
    if (!db) throw new mongo.MongoNotConnectedError('not connected to MongoDB');
    return new mongo.GridFSBucket(db, { bucketName: 'version_files' });
  }
}
