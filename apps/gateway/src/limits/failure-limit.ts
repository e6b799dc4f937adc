import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, type Clock } from '@sluice/runtime/clock';
import { LRUCache } from 'lru-cache';
import { HttpProblem } from '../http/problem';
import { networkOf } from './client-address';

/** Failures that one address may have at once; then one per second. */
const FAILURES = 20;
const FAILURES_PER_SECOND = 1;
const MAX_ADDRESSES = 50_000;
const MAX_PROVEN = 50_000;

/** Longest wait for other verifications of the address, which end within their own deadline. */
const MAX_WAIT_MS = 2_000;

interface Bucket {
  left: number;
  atMs: number;
  /** Secrets that are being verified, each with a failure taken in advance. */
  readonly underWay: Set<string>;
  /** Resolves each attempt that waits for a failure to be given back. */
  readonly waiting: (() => void)[];
}

/**
 * Limits how often one address may send wrong secrets. Each address has a bucket of failures; once it is empty, callers
 * are told to wait before anything is verified. A secret that proved good here before is verified all the same, so that
 * nobody can lock out others behind the same address.
 */
@Injectable()
export class FailureLimit {
  private readonly buckets = new LRUCache<string, Bucket>({ max: MAX_ADDRESSES });
  private readonly proven = new LRUCache<string, true>({ max: MAX_PROVEN });

  constructor(@Inject(CLOCK) private readonly clock: Clock) {}

  /** Counts a failure. Throws `too_many_failures` with the time to wait. */
  count(address: string): void {
    const bucket = this.bucketOf(networkOf(address));
    if (bucket.left < 1) throw tooMany(bucket);
    bucket.left--;
  }

  /**
   * Takes a failure in advance for a secret that is about to be verified, so that parallel guesses count as well. Call the
   * result with the outcome: it gives the failure back unless the secret was refused. Requests with the same secret at one
   * time share one failure. Where all failures are taken in advance it waits for some to come back: many good secrets at
   * once, as after a start, are no guesses. Throws as `count` does.
   */
  async attempt(address: string, secretHash: string): Promise<(refused: boolean) => void> {
    const bucket = this.bucketOf(networkOf(address));
    const untilMs = this.clock.monotonicMs() + MAX_WAIT_MS;
    while (!this.proven.has(secretHash) && !bucket.underWay.has(secretHash)) {
      if (this.refilled(bucket).left >= 1) return begin(bucket, secretHash);
      if (bucket.underWay.size === 0 || this.clock.monotonicMs() >= untilMs) throw tooMany(bucket);
      await new Promise<void>((resolve) => {
        bucket.waiting.push(resolve);
      });
    }
    return () => {};
  }

  /** Remembers whether a verification found the secret good. */
  learn(secretHash: string, good: boolean): void {
    if (good) this.proven.set(secretHash, true);
    else this.proven.delete(secretHash);
  }

  private bucketOf(network: string): Bucket {
    const atMs = this.clock.monotonicMs();
    const bucket = this.buckets.get(network) ?? { left: FAILURES, atMs, underWay: new Set(), waiting: [] };
    this.buckets.set(network, bucket);
    return this.refilled(bucket);
  }

  private refilled(bucket: Bucket): Bucket {
    const nowMs = this.clock.monotonicMs();
    bucket.left = Math.min(FAILURES, bucket.left + ((nowMs - bucket.atMs) / 1_000) * FAILURES_PER_SECOND);
    bucket.atMs = nowMs;
    return bucket;
  }
}

function begin(bucket: Bucket, secretHash: string): (refused: boolean) => void {
  bucket.left--;
  bucket.underWay.add(secretHash);
  return (refused) => {
    bucket.underWay.delete(secretHash);
    if (!refused) bucket.left = Math.min(FAILURES, bucket.left + 1);
    for (const goOn of bucket.waiting.splice(0)) goOn();
  };
}

function tooMany({ left }: Bucket): HttpProblem {
  const seconds = Math.ceil((1 - left) / FAILURES_PER_SECOND);
  return new HttpProblem('too_many_failures', {
    detail: 'too many secrets from this address were refused',
    headers: {
      'retry-after': String(seconds),
    },
  });
}
