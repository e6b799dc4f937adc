import { LRUCache } from 'lru-cache';

const MINUTE_MS = 60_000;
const FETCHES = 20;
const MAX_NETWORKS = 10_000;

/** Limits how many documents of clients one network makes this replica fetch in a minute: each goes to an address that it names. */
export class FetchLimit {
  private readonly counts = new LRUCache<string, number>({ max: MAX_NETWORKS, ttl: MINUTE_MS, noUpdateTTL: true });

  /** Tells whether one more may be fetched, and counts it. */
  take(network: string): boolean {
    const count = this.counts.get(network) ?? 0;
    this.counts.set(network, count + 1);
    return count < FETCHES;
  }
}
