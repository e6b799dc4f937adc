import { Injectable } from '@nestjs/common';
import { unpackRows } from '../stores/packed-rows';
import { PiecesStore } from '../stores/pieces.store';
import { SegmentsStore } from '../stores/segments.store';
import { VersionFiles } from '../stores/stored-files';
import type { SentSource, StoredCommit, StoredPiece } from './sent-source';

/** The rows that were sent, out of MongoDB. */
@Injectable()
export class StoredSegments implements SentSource {
  constructor(
    private readonly segments: SegmentsStore,
    private readonly stored: PiecesStore,
    private readonly files: VersionFiles,
  ) {}

  async *commits(versionId: string, after: number, to: number): AsyncIterable<StoredCommit> {
    for await (const { _id, previous, seq, rowCount, keyFields, rows } of this.segments.commits(
      versionId,
      after + 1,
      to,
    )) {
      yield {
        id: String(_id),
        previous: previous && String(previous),
        seq,
        rowCount,
        keyFields,
        text: async () => (rows ? await unpackRows(rows.value()) : null),
      };
    }
  }

  async pieces(versionId: string, after: number): Promise<StoredPiece[]> {
    const chain = await this.stored.chain(versionId, after);
    return chain.map(({ to, lastId, keyFields, fileId }) => ({
      to,
      keyFields,
      lastId: String(lastId),
      fetch: (path) => this.files.fetch(fileId, path),
    }));
  }

  async reached(versionId: string, seq: number): Promise<boolean> {
    return ((await this.segments.last(versionId))?.seq ?? 0) >= seq;
  }
}
