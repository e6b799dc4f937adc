import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { CLOCK, type Clock } from '@sluice/runtime/clock';
import { isDuplicateKey } from '@sluice/storage/duplicate-key';
import { type Model, Schema } from 'mongoose';
import { emailKeyOf } from '../stores/admin-doc';

interface FailuresDoc {
  _id: string;
  count: number;
  lastAt: Date;
  blockedUntil: Date | null;
}

export const FAILURES = 'signInFailures';
export const failuresSchema = new Schema<FailuresDoc>(
  { _id: String, count: Number, lastAt: Date, blockedUntil: Date },
  { collection: FAILURES, versionKey: false, autoIndex: false },
).index({ lastAt: 1 });

/** An address may be shared by many who mistype now and then; an email is one person's. */
const FREE_FAILURES = { email: 5, address: 20 };
const FIRST_DELAY_MS = 2_000;
const LONGEST_DELAY_MS = 5 * 60_000;
/** After this long without a failure all of them are forgotten. */
const FORGOTTEN_MS = 3_600_000;

/** An email or an address that failures are counted by. An email is stored as a hash: people type passwords into its field. */
export interface Subject {
  id: string;
  free: number;
}

export function emailSubject(email: string): Subject {
  const hash = createHash('sha256').update(emailKeyOf(email)).digest('hex');
  return { id: `email:${hash}`, free: FREE_FAILURES.email };
}

export function addressSubject(address: string): Subject {
  return { id: `address:${address}`, free: FREE_FAILURES.address };
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

  /** Null when the attempt may be made; otherwise after how many seconds it may. */
  async begin(subjects: readonly Subject[]): Promise<number | null> {
    for (const subject of subjects) {
      const waitMs = await this.count(subject);
      if (waitMs > 0) return Math.ceil(waitMs / 1_000);
    }
    return null;
  }

  /** The attempt was none of somebody who guesses: an email starts anew, an address has one failure less. */
  async succeeded(subjects: readonly Subject[]): Promise<void> {
    for (const { id } of subjects) {
      if (id.startsWith('email:')) await this.model.deleteOne({ _id: id });
      else
        await this.model.updateOne(
          { _id: id, count: { $gt: 0 } },
          { $inc: { count: -1 }, $set: { blockedUntil: null } },
        );
    }
  }

  async sweep(): Promise<void> {
    await this.model.deleteMany({ lastAt: { $lt: new Date(this.clock.wallMs() - FORGOTTEN_MS) } });
  }

  private async count({ id, free }: Subject): Promise<number> {
    for (;;) {
      const wallMs = this.clock.wallMs();
      const doc = await this.model.findById(id).lean<FailuresDoc>();
      const blockedMs = (doc?.blockedUntil?.getTime() ?? 0) - wallMs;
      if (blockedMs > 0) return blockedMs;
      const forgotten = !doc || wallMs - doc.lastAt.getTime() > FORGOTTEN_MS;
      const count = (forgotten ? 0 : doc.count) + 1;
      const delayMs = delayAfter(count, free);
      const next = { count, lastAt: new Date(wallMs), blockedUntil: delayMs > 0 ? new Date(wallMs + delayMs) : null };
      if (await this.write(id, doc, next)) return 0;
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
