import { Inject, Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { CLOCK, type Clock } from '@sluice/runtime/clock';
import { isDuplicateKey } from '@sluice/storage/duplicate-key';
import { type Model, Schema } from 'mongoose';
import type { Subject } from './failure-subjects';

interface FailuresDoc {
  _id: string;
  /** Not a whole number where failures are forgotten one by one. */
  count: number;
  lastAt: Date;
  blockedUntil: Date | null;
}

export const FAILURES = 'signInFailures';
export const failuresSchema = new Schema<FailuresDoc>(
  { _id: String, count: Number, lastAt: Date, blockedUntil: Date },
  { collection: FAILURES, versionKey: false, autoIndex: false },
).index({ lastAt: 1 });

const FIRST_DELAY_MS = 2_000;
const LONGEST_DELAY_MS = 5 * 60_000;
/** After this long without a failure all of them are forgotten. */
const FORGOTTEN_MS = 3_600_000;

/** An attempt that may not be made now. */
export interface Wait {
  seconds: number;
  /** Tells a person what to do. */
  detail: string;
}

/** How long nothing is tried after so many failures, in milliseconds: it doubles with every further one. */
export function delayAfter(count: number, free: number): number {
  return count < free ? 0 : Math.min(FIRST_DELAY_MS * 2 ** (count - free), LONGEST_DELAY_MS);
}

/**
 * Failed attempts, counted over all replicas. An attempt counts as failed before it is tried, and is taken back when it
 * succeeds, so that a thousand at once are no way around the delay.
 */
@Injectable()
export class Failures {
  constructor(
    @InjectModel(FAILURES) private readonly model: Model<FailuresDoc>,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Null when the attempt may be made; otherwise when it may, and what else can be done. */
  async begin(subjects: readonly Subject[]): Promise<Wait | null> {
    for (const subject of subjects) {
      const waitMs = await this.count(subject);
      if (waitMs <= 0) continue;
      const seconds = Math.ceil(waitMs / 1_000);
      return { seconds, detail: `try again in ${seconds} s${subject.advice ? `; or ${subject.advice}` : ''}` };
    }
    return null;
  }

  /** The attempt was none of somebody who guesses: what is one person's starts anew, all else has one failure less. */
  async succeeded(subjects: readonly Subject[]): Promise<void> {
    for (const { id, isOwn } of subjects) {
      if (isOwn) await this.model.deleteOne({ _id: id });
      else
        await this.model.updateOne(
          { _id: id, count: { $gte: 1 } },
          { $inc: { count: -1 }, $set: { blockedUntil: null } },
        );
    }
  }

  async sweep(): Promise<void> {
    await this.model.deleteMany({ lastAt: { $lt: new Date(this.clock.wallMs() - FORGOTTEN_MS) } });
  }

  private async count(subject: Subject): Promise<number> {
    for (;;) {
      const wallMs = this.clock.wallMs();
      const doc = await this.model.findById(subject.id).lean<FailuresDoc>();
      const next = countOne(doc, subject, wallMs);
      if (typeof next === 'number') return next;
      if (await this.write(subject.id, doc, next)) return 0;
    }
  }

  /** False when somebody else counted meanwhile. */
  private async write(id: string, before: FailuresDoc | null, next: Omit<FailuresDoc, '_id'>): Promise<boolean> {
    if (before) {
      const same = { _id: id, count: before.count, lastAt: before.lastAt };
      return (await this.model.updateOne(same, { $set: next })).matchedCount === 1;
    }
    try {
      await this.model.create({ _id: id, ...next });
      return true;
    } catch (error) {
      if (isDuplicateKey(error)) return false;
      throw error;
    }
  }
}

/** Counts one failure more, or gives the milliseconds to wait before one may be made. */
export function countOne(
  doc: Omit<FailuresDoc, '_id'> | null,
  { free, everyMs }: Subject,
  wallMs: number,
): Omit<FailuresDoc, '_id'> | number {
  const blockedMs = (doc?.blockedUntil?.getTime() ?? 0) - wallMs;
  if (blockedMs > 0) return blockedMs;
  const passedMs = doc ? wallMs - doc.lastAt.getTime() : 0;
  const before = !doc || passedMs > FORGOTTEN_MS ? 0 : doc.count;
  const lastAt = new Date(wallMs);
  if (everyMs !== undefined) {
    const count = Math.max(0, before - passedMs / everyMs) + 1;
    return count > free ? (count - free) * everyMs : { count, lastAt, blockedUntil: null };
  }
  const count = before + 1;
  const delayMs = delayAfter(count, free);
  return { count, lastAt, blockedUntil: delayMs > 0 ? new Date(wallMs + delayMs) : null };
}
