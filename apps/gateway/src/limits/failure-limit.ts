import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, type Clock } from '@sluice/runtime/clock';
import { LRUCache } from 'lru-cache';
import { HttpProblem } from '../http/problem';
import { networkOf } from './client-address';

/** So many failures of one address at once, then one per second. */
const FAILURES = 20;
const FAILURES_PER_SECOND = 1;
const MAX_ADDRESSES = 50_000;
const MAX_PROVEN = 50_000;

interface Bucket {
  left: number;
  atMs: number;
}

/**
 * Bounds what guessing costs and gains: each address has a bucket of failures, and whoever has emptied it is told to wait
 * before anything is verified. A secret that proved good here before is verified all the same, so that nobody can lock
 * out the others behind one address.
 */
@Injectable()
export class FailureLimit {
  private readonly buckets = new LRUCache<string, Bucket>({ max: MAX_ADDRESSES });
  private readonly proven = new LRUCache<string, true>({ max: MAX_PROVEN });

  constructor(@Inject(CLOCK) private readonly clock: Clock) {}

  /**
   * Takes a failure in advance for a secret that is about to be verified, so that many at a time count as well; the
   * result gives it back. Throws `too_many_failures` with the time to wait.
   */
  take(address: string, secretHash?: string): () => void {
    if (secretHash !== undefined && this.proven.has(secretHash)) return () => {};
    const bucket = this.bucketOf(networkOf(address));
    if (bucket.left < 1) {
      const seconds = Math.ceil((1 - bucket.left) / FAILURES_PER_SECOND);
      throw new HttpProblem('too_many_failures', 'too many secrets from this address were refused', {
        'retry-after': String(seconds),
      });
    }
    bucket.left--;
    return () => {
      bucket.left = Math.min(FAILURES, bucket.left + 1);
    };
  }

  /** A verification found the secret good, or no longer. */
  learned(secretHash: string, good: boolean): void {
    if (good) this.proven.set(secretHash, true);
    else this.proven.delete(secretHash);
  }

  private bucketOf(network: string): Bucket {
    const nowMs = this.clock.monotonicMs();
    const bucket = this.buckets.get(network) ?? { left: FAILURES, atMs: nowMs };
    bucket.left = Math.min(FAILURES, bucket.left + ((nowMs - bucket.atMs) / 1_000) * FAILURES_PER_SECOND);
    bucket.atMs = nowMs;
    this.buckets.set(network, bucket);
    return bucket;
  }
}
