import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Ticker } from '@sluice/runtime/ticker';
import { CommitLog } from '../history/commit-log';
import { PiecesStore } from '../stores/pieces.store';
import { SegmentsStore } from '../stores/segments.store';
import { VersionFiles } from '../stores/stored-files';
import { VersionsStore } from '../stores/versions.store';
import { Compaction } from './compaction';

const SWEEP_MS = 10_000;
/** So many commits, or rows, of a version are worth a file. */
const MANY_COMMITS = 64;
const MANY_ROWS = 50_000;
/** A replica that ended meanwhile is waited for no longer. */
const COMPACTION_LEASE_MS = 2 * 60_000;
/** A send may be repeated so long under its key. */
const KEPT_ANSWER_MS = 24 * 3_600_000;
/** A larger piece was made, but some replica may still be fetching this one. */
const COVERED_MS = 60_000;
/** The maker of a piece has surely ended. */
const UNFINISHED_MS = 30 * 60_000;

/** Keeps, on any replica, the number of segments small: compacts them, and removes what is needed no longer. */
@Injectable()
export class SegmentSweeper implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly sweeping = new Ticker({ name: SegmentSweeper.name, everyMs: SWEEP_MS, turn: () => this.sweep() });

  constructor(
    private readonly segments: SegmentsStore,
    private readonly pieces: PiecesStore,
    private readonly versions: VersionsStore,
    private readonly files: VersionFiles,
    private readonly compaction: Compaction,
    private readonly log: CommitLog,
  ) {}

  onApplicationBootstrap(): void {
    this.sweeping.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.sweeping.stop();
  }

  async sweep(nowMs = Date.now()): Promise<void> {
    for (const versionId of await this.segments.crowded(MANY_COMMITS, MANY_ROWS)) await this.compact(versionId);
    const before = { unfinished: new Date(nowMs - UNFINISHED_MS), covered: new Date(nowMs - COVERED_MS) };
    for (const { _id, fileId } of await this.pieces.dispensable(before)) {
      await this.files.remove(fileId);
      await this.pieces.remove(_id);
    }
    const kept = new Date(nowMs - KEPT_ANSWER_MS);
    await this.segments.forgetAnswers(kept);
    await this.log.pack(kept);
  }

  /** One replica does it, so that more of them take more sends; two at once do no harm. */
  private async compact(versionId: string): Promise<void> {
    const until = new Date(Date.now() + COMPACTION_LEASE_MS);
    if (!(await this.versions.claimCompaction(versionId, until))) return;
    try {
      await this.compaction.compact(versionId);
    } finally {
      await this.versions.releaseCompaction(versionId, until);
    }
  }
}
