import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { DiskSpace } from '@sluice/runtime/disk-space';
import { Types } from 'mongoose';
import { Engines } from '../engine/engines';
import { literal, quoted } from '../engine/sql';
import { unpackRows } from '../stores/packed-rows';
import type { PieceDoc } from '../stores/piece-doc';
import { PiecesStore } from '../stores/pieces.store';
import type { SegmentDoc } from '../stores/segment-doc';
import { SegmentsStore } from '../stores/segments.store';
import { VersionFiles } from '../stores/stored-files';
import type { VersionDoc } from '../stores/version-doc';
import { VersionsStore } from '../stores/versions.store';
import { addSentRows, type CommitText, createSentRows } from '../tables/sent-rows-table';
import { ADDED, ROW } from '../tables/version-table';

const BATCH_CHARS = 4_000_000;

/**
 * Puts the commits of a version together in one file, with the pieces before that are not much larger, so that a replica
 * which begins has few files to fetch. No snapshot changes by it: every row keeps its position and its seq. It may end
 * anywhere, and several replicas may do it at once: a piece counts when its file is there, what two pieces have in common
 * is the same, and rows leave their commits only once a piece has them.
 */
@Injectable()
export class Compaction {
  constructor(
    private readonly segments: SegmentsStore,
    private readonly pieces: PiecesStore,
    private readonly versions: VersionsStore,
    private readonly files: VersionFiles,
    private readonly engines: Engines,
    private readonly disk: DiskSpace,
  ) {}

  async compact(versionId: string): Promise<void> {
    const version = await this.versions.find(versionId);
    if (!version) return;
    const chain = await this.pieces.chain(versionId, 0);
    const covered = chain.at(-1)?.to ?? 0;
    // What an earlier run, here or elsewhere, did not come to.
    if (covered > 0) await this.segments.dropRows(versionId, covered);
    if (this.disk.lack) return;
    const directory = join(this.engines.directory, 'compaction', randomUUID());
    try {
      await mkdir(directory, { recursive: true });
      await this.write(version, chain, directory);
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  }

  private async write(version: VersionDoc, chain: readonly PieceDoc[], directory: string): Promise<void> {
    const { _id: versionId, datasetId, fields } = version;
    const { heavy } = this.engines;
    const alias = `compaction-${randomUUID()}`;
    const loose = `${quoted(alias)}.main.loose`;
    const firstLoose = endOf(chain.at(-1)) ?? version.rowCount;
    const parquet = join(directory, 'piece.parquet');
    await heavy.query(`ATTACH ${literal(join(directory, 'loose.duckdb'))} AS ${quoted(alias)}`);
    try {
      await createSentRows(heavy, loose, fields);
      const added = await this.addLoose(version, loose, chain.at(-1), firstLoose);
      if (!added.last) return;
      const before = piecesWorthMerging(chain, added.rows);
      const sources = await this.fetched(before, directory);
      const rows = [...sources, `SELECT * FROM ${loose}`].join(' UNION ALL ');
      await heavy.query(
        `COPY (SELECT * FROM (${rows}) ORDER BY ${ROW}) TO ${literal(parquet)} (FORMAT parquet, COMPRESSION zstd)`,
      );
      const firstRow = before[0]?.firstRow ?? firstLoose;
      await this.publish(parquet, {
        _id: new Types.ObjectId(),
        datasetId,
        versionId,
        from: before[0]?.from ?? (chain.at(-1)?.to ?? 0) + 1,
        to: added.last.seq,
        lastId: added.last._id,
        firstRow,
        rowCount: firstLoose + added.rows - firstRow,
        keyFields: added.last.keyFields,
        fileId: new Types.ObjectId(),
        ready: false,
        createdAt: new Date(),
      });
    } finally {
      await heavy.query(`DETACH ${quoted(alias)}`);
    }
  }

  /** The piece is known before its file is stored, so that a crash in between leaves nothing that nobody knows of. */
  private async publish(parquet: string, piece: PieceDoc): Promise<void> {
    await this.pieces.insert(piece);
    await this.files.store(piece.fileId, piece.versionId, parquet);
    if (await this.pieces.setReady(piece._id)) await this.segments.dropRows(piece.versionId, piece.to);
    // It took so long that a sweep took it for left behind.
    else await this.files.remove(piece.fileId);
  }

  private async addLoose(version: VersionDoc, table: string, piece: PieceDoc | undefined, firstRow: number) {
    let commits: CommitText[] = [];
    let [chars, rows, stored] = [0, 0, 0];
    let last: SegmentDoc | null = null;
    let previous = piece?.lastId ?? null;
    const flush = async () => {
      if (commits.length > 0) await addSentRows(this.engines.heavy, table, version.fields, firstRow + stored, commits);
      [commits, chars, stored] = [[], 0, rows];
    };
    const from = (piece?.to ?? 0) + 1;
    for await (const commit of this.segments.commits(version._id, from, Number.MAX_SAFE_INTEGER)) {
      // Another replica was faster, and commits may be swept already: what follows is for the next time.
      if (!commit.rows || String(commit.previous) !== String(previous)) break;
      const text = await unpackRows(commit.rows.value());
      commits.push({ seq: commit.seq, text });
      chars += text.length;
      rows += commit.rowCount;
      last = commit;
      previous = commit._id;
      if (chars > BATCH_CHARS) await flush();
    }
    await flush();
    return { rows, last };
  }

  /** The rows of pieces in their order, each from where the one before ends. */
  private async fetched(pieces: readonly PieceDoc[], directory: string): Promise<string[]> {
    const sources: string[] = [];
    let after = 0;
    for (const { fileId, to } of pieces) {
      const path = join(directory, `${sources.length}.parquet`);
      await this.files.fetch(fileId, path);
      sources.push(`SELECT * FROM read_parquet(${literal(path)}) WHERE ${ADDED} > ${after}`);
      after = to;
    }
    return sources;
  }
}

/** The last pieces, as long as each has at most twice as many rows as all that follow it: so none is written too often. */
function piecesWorthMerging(chain: readonly PieceDoc[], rows: number): PieceDoc[] {
  let first = chain.length;
  let total = rows;
  for (let before = chain[first - 1]; before && before.rowCount <= 2 * total; before = chain[first - 1]) {
    total += before.rowCount;
    first--;
  }
  return chain.slice(first);
}

function endOf(piece: PieceDoc | undefined): number | undefined {
  return piece && piece.firstRow + piece.rowCount;
}
