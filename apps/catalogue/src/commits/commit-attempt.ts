import { setTimeout as pause } from 'node:timers/promises';
import { sendRows } from '@sluice/contracts/catalogue/sends';
import { refuse, ServiceError } from '@sluice/messaging/service-error';
import type { Clock } from '@sluice/runtime/clock';
import { isDatabaseFull } from '@sluice/storage/database-full';
import { within } from '@sluice/storage/within';
import { mongo, Types } from 'mongoose';
import { type JoinedRows, packRows } from '../stores/packed-rows';
import { followSegment, type KeptAnswer, keptAnswerKey, type SegmentDoc } from '../stores/segment-doc';
import { type FoundAnswer, type Inserted, type SegmentHead, type SegmentsStore } from '../stores/segments.store';
import type { VersionDoc } from '../stores/version-doc';
import { refusalOver, type StoredLimits, storedRows } from './stored-limits';
import type { VersionClosing } from './version-closing';

/** A checked send that is to become durable. */
export interface Send {
  rows: JoinedRows;
  rowCount: number;
  limits: StoredLimits;
  keptAnswer: KeptAnswer | null;
  /** The key fields of the version that its rows were held against. */
  keyFields?: readonly string[];
  /** By the monotonic clock: its caller no longer waits after it. */
  deadlineMs: number;
}

/**
 * The end of a send: its rows are in the commit, or it was done before, or the version takes no more rows; or it has
 * got key fields, which its rows were not held against.
 */
export type Outcome = { commit: SegmentHead } | { repeated: FoundAnswer } | { keyFields: string[] } | 'closed';

export interface Waiting extends Send {
  resolve(outcome: Outcome): void;
  reject(error: unknown): void;
}

export interface CommitParts {
  segments: SegmentsStore;
  closing: VersionClosing;
  clock: Clock;
  /** Called after each commit, before its senders are answered. */
  committed(segment: SegmentHead): void;
}

/** A document may have 16 MB, kept answers among it. */
const MAX_PACKED_BYTES = 15_000_000;
const INSERT_LIMIT_MS = 5_000;
const OUTAGE_RETRY_MS = 200;

/** The driver had no connection to send the insert over, so that it was certainly not written. */
const neverSent = ['MongoServerSelectionError', 'MongoNotConnectedError', 'MongoWaitQueueTimeoutError'];

/**
 * Some sends on their way into one segment. Its id stays the same over all tries: whether a try that failed on the way
 * was written after all can be known, so that the rows are there once however often they are tried.
 */
export class CommitAttempt {
  private readonly id = new Types.ObjectId();
  private packed: Buffer | null = null;
  /** An insert failed in a way that leaves open whether it was written. */
  private uncertain = false;

  constructor(
    private sends: Waiting[],
    private readonly parts: CommitParts,
  ) {}

  /** Lets those go whose callers have given up; false when nobody is left. */
  isWantedBy(nowMs: number): boolean {
    const late = this.sends.filter(({ deadlineMs }) => deadlineMs <= nowMs);
    for (const { reject } of late) reject(new ServiceError('timeout'));
    if (late.length > 0) this.keep(this.sends.filter((send) => !late.includes(send)));
    return this.sends.length > 0;
  }

  /** Lets those go that were not held against the key fields which the version has; false when nobody is left. */
  isCheckedFor(keyFields: string[] | undefined): boolean {
    if (!keyFields) return true;
    const kept = this.sends.filter((send) => {
      if (!send.keyFields) send.resolve({ keyFields });
      return send.keyFields;
    });
    if (kept.length < this.sends.length) this.keep(kept);
    return kept.length > 0;
  }

  /** Lets those go with which there would be more than their APIs may store; false when nobody is left. */
  hasRoom(last: SegmentHead | null, version: VersionDoc): boolean {
    let { rows, bytes } = storedRows(last, version);
    const kept = this.sends.filter(({ rowCount, rows: sent, limits, reject }) => {
      const after = { rows: rows + rowCount, bytes: bytes + sent.bytes };
      const refusal = refusalOver(limits, after);
      if (refusal) reject(refusal);
      else ({ rows, bytes } = after);
      return !refusal;
    });
    if (kept.length < this.sends.length) this.keep(kept);
    return kept.length > 0;
  }

  /** Undefined when it cannot be known now. */
  last(versionId: string): Promise<SegmentHead | null | undefined> {
    return this.tried(() => this.parts.segments.last(versionId));
  }

  /** The commit, or null when another try has to be made behind a newer one. */
  async insert(last: SegmentHead | null, version: VersionDoc): Promise<SegmentHead | null> {
    const doc = await this.segment(last, version);
    const inserted = await this.tried(() => this.parts.segments.insert(doc), true);
    if (inserted === 'done') return doc;
    if (inserted === undefined) return null;
    const own = await this.written(inserted);
    if (!own && inserted === 'key_taken') await this.answerRepeated();
    return own;
  }

  done(commit: SegmentHead): void {
    this.parts.committed(commit);
    for (const { resolve } of this.sends) resolve({ commit });
  }

  closed(): void {
    for (const { resolve } of this.sends) resolve('closed');
  }

  fail(error: unknown): void {
    const told = isDatabaseFull(error) ? refuse(sendRows, 'storage_full') : error;
    for (const { reject } of this.sends) reject(told);
  }

  private async segment(last: SegmentHead | null, version: VersionDoc): Promise<SegmentDoc> {
    const answers = this.sends.flatMap(({ keptAnswer }) => keptAnswer ?? []);
    const rowCount = this.sends.reduce((sum, send) => sum + send.rowCount, 0);
    this.packed ??= await packRows(this.sends.flatMap(({ rows }) => rows.pieces));
    if (this.packed.length > MAX_PACKED_BYTES) throw refuse(sendRows, 'payload_too_large');
    const bytes = this.sends.reduce((sum, { rows }) => sum + rows.bytes, 0);
    const segment = followSegment(last, version);
    return {
      ...segment,
      _id: this.id,
      rowCount,
      sentBytes: (segment.sentBytes ?? 0) + bytes,
      rows: new mongo.Binary(this.packed),
      loose: true,
      ...(answers.length > 0 && { receipts: answers, receiptKeys: answers.map(keptAnswerKey) }),
    };
  }

  /** Finds out whether an earlier try has been written after all. */
  private async written(inserted: Inserted): Promise<SegmentHead | null> {
    if (!this.uncertain && inserted !== 'repeated') return null;
    const own = await this.tried(() => this.parts.segments.find(this.id));
    if (!own) return null;
    await this.parts.segments.settle([this.id]);
    return own;
  }

  private async answerRepeated(): Promise<void> {
    const answers = this.sends.flatMap(({ keptAnswer }) => keptAnswer ?? []);
    const found = await this.parts.segments.keptAnswers(answers);
    const kept = this.sends.filter(({ keptAnswer, resolve }) => {
      const repeated = keptAnswer ? found.get(keptAnswerKey(keptAnswer)) : undefined;
      if (repeated) resolve({ repeated });
      return !repeated;
    });
    this.keep(kept);
  }

  private keep(sends: Waiting[]): void {
    this.sends = sends;
    this.packed = null;
  }

  /**
   * Undefined when it failed and has to be tried again. Where nothing can have been written the failure is told at once;
   * otherwise the callers wait, since only MongoDB can say what they are to be answered.
   */
  private async tried<T>(operation: () => Promise<T>, writes = false): Promise<T | undefined> {
    try {
      return await within(INSERT_LIMIT_MS, operation());
    } catch (error) {
      const isSure = !writes || isDatabaseFull(error) || neverSent.includes((error as Error).name);
      if (isSure && !this.uncertain) throw error;
      this.uncertain = true;
      await pause(OUTAGE_RETRY_MS);
      return undefined;
    }
  }
}
