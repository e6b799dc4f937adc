import { pipeline, type Readable, Transform } from 'node:stream';
import { andThen, type Soon } from '@sluice/runtime/at-once';
import type { FastifyReply } from 'fastify';
import type { Account, Unit } from './account';
import { takeFromEach } from './take-from-each';

/** A body that is no larger is sent in one piece, and a download that is broken off within it counts whole. */
const PIECE_BYTES = 256 * 1024;

/** The size of an answer before it is sent: its rows, and the bytes of its body, which count as they leave (packed). */
export interface AnswerSize {
  rows?: number;
  bytes?: number;
}

/** Tells the caller how its limits stand, and refuses. */
export interface Till {
  tell(): void;
  refuse(account: Account, detail: string): never;
}

/**
 * Charges one answer to the quotas of its token. Rows and known bytes are taken before the first of them is sent, so that an
 * answer that is larger than what is left is refused whole (`quota_exceeded`); bytes of unknown number are taken as they pass, and
 * the body breaks off where none are left. What a caller did not wait for is given back. The time of queries is known only afterwards:
 * it is taken then, whatever is left.
 */
export class Charge {
  private readonly ofBytes: readonly Account[];
  private taken = 0;
  private passed = 0;
  /** The day and month that the bytes were last taken from. */
  private periods: string[] = [];
  private queryMs = 0;

  constructor(
    private readonly accounts: readonly Account[],
    private readonly reply: FastifyReply,
    private readonly till: Till,
  ) {
    this.ofBytes = accounts.filter(({ unit }) => unit === 'bytes');
    if (this.ofBytes.length > 0) reply.raw.once('close', () => this.giveBack());
    if (this.limits('milliseconds')) reply.request.queryTime?.follow((totalMs) => this.spend(totalMs));
  }

  /** Tells whether the token has a quota of such units. */
  limits(unit: Unit): boolean {
    return this.accounts.some((account) => account.unit === unit);
  }

  /** Takes an answer's rows and bytes, or fails; what it takes of one quota goes back when another one refuses. */
  take({ rows = 0, bytes = 0 }: AnswerSize): Soon<void> {
    const amounts: Readonly<Record<Unit, number>> = { requests: 0, rows, bytes, milliseconds: 0 };
    const charged = takeFromEach(
      this.accounts.filter(({ unit }) => amounts[unit] > 0),
      ({ unit }) => amounts[unit],
      (account) => {
        const { unit } = account;
        return this.till.refuse(account, `the answer has ${amounts[unit]} ${unit}, more than are left`);
      },
    );
    return andThen(charged, () => {
      this.taken += bytes;
      this.periods = this.ofBytes.map(({ lease }) => lease.period);
      this.till.tell();
      // Nothing tells of the end of a caller that left while its rows were fetched.
      if (this.reply.raw.closed) this.giveBack();
    });
  }

  /** Counts a body while it is sent, and takes what was not taken before. Large ones are sent piece by piece. */
  meter(body: Buffer | Readable): Buffer | Readable {
    if (this.ofBytes.length === 0) return body;
    if (!(body instanceof Uint8Array)) return pipeline(body, this.passing(), () => {});
    if (body.length <= PIECE_BYTES) {
      this.passed += body.length;
      return body;
    }
    const passing = this.passing();
    return pipeline(piecesOf(body), passing, () => {}) as Transform;
  }

  /** Makes the meter of a body, for one who joins streams; it holds a piece at most. */
  passing(): Transform {
    return new Transform({
      transform: (piece: Buffer, _encoding, done) => {
        this.cover(piece.length).then(() => done(null, piece), done);
      },
    });
  }

  private async cover(bytes: number): Promise<void> {
    const missing = this.passed + bytes - this.taken;
    if (missing > 0) await this.take({ bytes: missing });
    this.passed += bytes;
  }

  private giveBack(): void {
    const amount = this.taken - this.passed;
    if (amount <= 0) return;
    this.taken = this.passed;
    for (const [index, { lease }] of this.ofBytes.entries()) lease.keep({ period: this.periods[index] ?? '', amount });
  }

  /** A millisecond that has begun counts whole. */
  private spend(totalMs: number): void {
    const due = Math.ceil(totalMs) - this.queryMs;
    if (due <= 0) return;
    this.queryMs += due;
    for (const { unit, lease } of this.accounts) if (unit === 'milliseconds') lease.spend(due);
  }
}

function* piecesOf(body: Buffer): Generator<Buffer> {
  for (let at = 0; at < body.length; at += PIECE_BYTES) yield body.subarray(at, at + PIECE_BYTES);
}
