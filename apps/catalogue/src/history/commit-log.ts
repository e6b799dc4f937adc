import { Injectable } from '@nestjs/common';
import { CommitTimesStore } from '../stores/commit-times.store';
import type { CommitTime } from '../stores/packed-commits';
import { type SegmentHead, SegmentsStore } from '../stores/segments.store';

/** So many commits are read at a time on their way into the documents of times. */
const BATCH = 5_000;

/** Tells when the commits of a version were made: of the later ones from their own documents, of the earlier ones from packed times. */
@Injectable()
export class CommitLog {
  constructor(
    private readonly segments: SegmentsStore,
    private readonly times: CommitTimesStore,
  ) {}

  /** Gives the last `limit` commits below a seq, the newest first. */
  async newest(versionId: string, below: number, limit: number): Promise<CommitTime[]> {
    const own = (await this.segments.commitsBelow(versionId, below, limit)).map(timeOf);
    let seq = own.at(-1)?.seq ?? below;
    const found = own;
    while (found.length < limit) {
      const packed = (await this.times.below(versionId, seq)).filter((commit) => commit.seq < seq);
      if (packed.length === 0) break;
      found.push(...packed.reverse().slice(0, limit - found.length));
      seq = found.at(-1)?.seq ?? 0;
    }
    return found;
  }

  /** Finds the last commit up to a time: its seq, 0 when rows came only later, or null where it is not known any more. */
  async seqAt(versionId: string, time: Date): Promise<number | null> {
    const first = await this.segments.firstCommit(versionId);
    if (first && first.createdAt <= time) return await this.search(versionId, first, time);
    const packed = await this.times.upTo(versionId, time);
    const before = packed.filter(({ atMs }) => atMs <= time.getTime()).at(-1);
    if (before) return before.seq;
    const [earliest] =
      packed.length > 0 ? packed : await this.times.below(versionId, first?.seq ?? Number.MAX_SAFE_INTEGER);
    const known = earliest?.seq ?? first?.seq ?? 1;
    // A release before this one kept no times.
    return (await this.segments.marksBelow(versionId, known)) === known - 1 ? 0 : null;
  }

  /** Halves the commits from one that is early enough to the last: their times never go back. */
  private async search(versionId: string, early: SegmentHead, time: Date): Promise<number> {
    const last = await this.segments.lastCommit(versionId);
    if (!last || last.createdAt <= time) return last?.seq ?? early.seq;
    let [low, high, seq] = [early.seq, last.seq, early.seq];
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      const found = (await this.segments.lastCommit(versionId, middle)) ?? early;
      if (found.createdAt <= time) [low, seq] = [middle, found.seq];
      else high = found.seq;
    }
    return seq;
  }

  /** Packs the times of commits whose documents nobody needs any more, and removes those. */
  async pack(before: Date): Promise<void> {
    for (const versionId of await this.segments.versionsWithSpent(before)) {
      for (;;) {
        const reach = await this.times.reach(versionId);
        await this.segments.removeSpent(versionId, before, reach);
        const spent = await this.segments.spentOf(versionId, before, reach, BATCH);
        const [first] = spent;
        if (!first) break;
        await this.times.add(first.datasetId, versionId, spent.map(timeOf));
      }
    }
  }
}

function timeOf({ seq, createdAt, rowCount }: SegmentHead): CommitTime {
  return { seq, atMs: createdAt.getTime(), rows: rowCount };
}
