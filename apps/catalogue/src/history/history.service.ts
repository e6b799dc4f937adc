import { Injectable } from '@nestjs/common';
import { type Commit, findCommit, listCommits } from '@sluice/contracts/catalogue/commits';
import type { ReplyOf, RequestOf } from '@sluice/contracts/contract';
import { refuse, ServiceError } from '@sluice/messaging/service-error';
import { type DatasetDoc, type Published, presentVersions } from '../stores/dataset-doc';
import { SegmentsStore } from '../stores/segments.store';
import { VersionsStore } from '../stores/versions.store';
import { CommitLog } from './commit-log';
import { VersionNumbering } from './version-numbering';

type Found = ReplyOf<typeof findCommit>;

/** A version in its dataset's history. */
interface Era extends Published {
  firstCommit: number;
  publishedAt: Date;
  isKept: boolean;
}

/** Clocks of callers may be ahead of ours by so much: that is still now. */
const AHEAD_MS = 60_000;

/** The rows of a commit are gone. */
class NotKept extends ServiceError {
  constructor(
    detail: string,
    readonly nearest: number,
  ) {
    super('snapshot_gone', detail);
  }
}

/** Tells of the states that a dataset has been in. */
@Injectable()
export class HistoryService {
  constructor(
    private readonly numbering: VersionNumbering,
    private readonly versions: VersionsStore,
    private readonly segments: SegmentsStore,
    private readonly log: CommitLog,
  ) {}

  async list({ datasetId, limit, cursor }: RequestOf<typeof listCommits>): Promise<ReplyOf<typeof listCommits>> {
    const dataset = await this.numbering.find(datasetId);
    if (!dataset) throw refuse(listCommits, 'dataset_not_found');
    const below = cursor === undefined ? Number.POSITIVE_INFINITY : Number(cursor);
    const data: Commit[] = [];
    for (const era of erasOf(dataset).reverse()) {
      if (data.length > limit) break;
      if (era.isKept && era.firstCommit < below)
        data.push(...(await this.commitsOf(era, below, limit + 1 - data.length)));
    }
    const page = data.slice(0, limit);
    return { data: page, page: { nextCursor: data.length > limit ? String(page.at(-1)?.commit) : null } };
  }

  async find({ datasetId, at, nearest }: RequestOf<typeof findCommit>): Promise<Found> {
    const dataset = await this.numbering.find(datasetId);
    if (!dataset) throw refuse(findCommit, 'dataset_not_found');
    const eras = erasOf(dataset);
    try {
      return 'commit' in at ? await this.byNumber(eras, at.commit) : await this.byTime(eras, new Date(at.time));
    } catch (error) {
      if (nearest && error instanceof NotKept) return await this.byNumber(eras, error.nearest);
      throw error;
    }
  }

  private async byNumber(eras: readonly Era[], commit: number): Promise<Found> {
    const era = eras.filter(({ firstCommit }) => firstCommit <= commit).at(-1);
    const last = await this.lastOf(eras.at(-1));
    if (!era || commit > last) throw neverWas(last > 0 ? `the last commit is ${last}` : 'the dataset has no rows yet');
    if (!era.isKept)
      throw await this.gone(eras, era, commit, `the rows of commit ${commit} went with version ${era.number}`);
    return await this.stateOf(era, commit - era.firstCommit);
  }

  private async byTime(eras: readonly Era[], time: Date): Promise<Found> {
    if (time.getTime() > Date.now() + AHEAD_MS) throw neverWas('this time has not come yet');
    const era = eras.filter(({ publishedAt }) => publishedAt <= time).at(-1);
    const [first] = eras;
    if (!era)
      throw neverWas(
        first ? `the first commit is of ${first.publishedAt.toISOString()}` : 'the dataset has no rows yet',
      );
    if (!era.isKept)
      throw await this.gone(eras, era, era.firstCommit, `the rows of then went with version ${era.number}`);
    const seq = await this.log.seqAt(era.versionId, time);
    if (seq === null)
      throw await this.gone(eras, era, era.firstCommit, 'the times of the commits of then are not known any more');
    return await this.stateOf(era, seq);
  }

  /** Names the commit that is kept and next to one whose rows are gone, or whose time is. */
  private async gone(eras: readonly Era[], era: Era, commit: number, why: string): Promise<NotKept> {
    const index = eras.indexOf(era);
    const before = eras.slice(0, index).findLast(({ isKept }) => isKept);
    const after = eras.slice(era.isKept ? index : index + 1).find(({ isKept }) => isKept)?.firstCommit;
    const last = before && (await this.lastOf(before));
    const isBeforeNearer = last !== undefined && (after === undefined || commit - last < after - commit);
    const nearest = isBeforeNearer ? last : (after ?? 0);
    return new NotKept(`${why}: the nearest commit that is kept is ${nearest}`, nearest);
  }

  private async stateOf({ firstCommit, number, versionId, publishedAt }: Era, seq: number): Promise<Found> {
    const [last] = seq === 0 ? [] : await this.log.newest(versionId, seq + 1, 1);
    const madeAt = seq === 0 ? publishedAt : last?.seq === seq ? timeIn(publishedAt, last.atMs) : null;
    return { commit: firstCommit + seq, at: madeAt?.toISOString() ?? null, version: number, versionId, seq };
  }

  private async lastOf(era: Era | undefined): Promise<number> {
    if (!era) return 0;
    return era.firstCommit + ((await this.segments.last(era.versionId))?.dataSeq ?? 0);
  }

  private async commitsOf(era: Era, below: number, limit: number): Promise<Commit[]> {
    const { firstCommit, versionId, number: version, publishedAt } = era;
    const seqBelow = Math.min(below - firstCommit, Number.MAX_SAFE_INTEGER);
    const sends = await this.log.newest(versionId, seqBelow, limit);
    const told = sends.map(
      ({ seq, atMs, rows }): Commit => ({
        commit: firstCommit + seq,
        at: timeIn(publishedAt, atMs).toISOString(),
        kind: 'send',
        version,
        seq,
        rows,
      }),
    );
    if (told.length >= limit) return told;
    const rows = (await this.versions.find(versionId))?.rowCount ?? 0;
    return [...told, { commit: firstCommit, at: publishedAt.toISOString(), kind: 'publish', version, seq: 0, rows }];
  }
}

/** A commit is never told before the publication that it follows, whatever the clock of its replica said. */
function timeIn(publishedAt: Date, atMs: number): Date {
  return new Date(Math.max(publishedAt.getTime(), atMs));
}

function erasOf(dataset: DatasetDoc): Era[] {
  const kept = new Set(presentVersions(dataset));
  return dataset.versions.map((version) => {
    const { firstCommit, publishedAt } = version;
    if (firstCommit === undefined || publishedAt === undefined)
      throw new Error('a version has no number of its commit');
    return { ...version, firstCommit, publishedAt, isKept: kept.has(version) };
  });
}

function neverWas(detail: string) {
  const fault = { in: 'query' as const, name: '_at', code: 'unknown_commit', detail };
  return refuse(findCommit, 'invalid_query', detail, [fault]);
}
