import { randomUUID } from 'node:crypto';
import { Ticker } from '@sluice/runtime/ticker';
import type { Connection } from 'mongoose';
import type { Audited } from './audit-entry';
import type { AuditTrail } from './audit-trail';
import type { Ending } from './revocation-entry';
import type { RevocationLedger } from './revocation-ledger';
import { TURN_LIMIT_MS, within } from './within';

/** The mark on a changed document until its change is counted; spread it into the same write as the change itself. */
export interface PendingChange {
  pendingRev: string;
}

/** A document that takes part in a change feed. */
export interface Changing {
  _id: string;
  pendingRev?: string;
  /** The number of a change after which it was as it is: what changed after a number has a higher one, or is pending. */
  rev?: number;
}

/** How far a feed has come. */
export interface FeedState {
  /** The number of the last counted change. */
  rev: number;
  /** The number with which a replica last started: what was told under earlier ones may not have lasted. */
  restart: number;
}

interface FeedOptions<Doc extends Changing & Audited> {
  connection: Connection;
  /** The collection whose documents change. */
  collection: string;
  /** The name of its counter: collections that change together share one. By default the collection's name. */
  counter?: string;
  /** Publishes the change; `doc` is its state at the time or later. */
  announce(doc: Doc, rev: number): void | Promise<void>;
  /** Publishes the current number; of feeds that share a counter one does. */
  beat?(rev: number): void;
  /** Takes the entries that changed documents carry. */
  trail?: AuditTrail;
  /** Remembers what changes end. While it says that the database is behind, nobody vouches for the number. */
  ledger?: RevocationLedger;
  /** What the state of a changed document ends; null when it ends nothing. */
  endingOf?(doc: Doc): Ending | null;
}

const BEAT_MS = 500;
const SWEEP_MS = 1_000;
const SWEEP_SIZE = 100;
/** A change that is still uncounted this long after it was first seen was left behind by a crash. */
const ABANDONED_MS = 800;

/** Marks a write as a change that is to be counted. */
export function pendingChange(): PendingChange {
  return { pendingRev: randomUUID() };
}

/**
 * Numbers the changes of a collection and tells them to every gateway. MongoDB is the truth, the event only the fast
 * path: durable write (with `pendingChange()`) -> durable increment -> event. A crash in between is repaired by any
 * replica within two seconds; a lost event shows as a gap against the heartbeat, which carries the number read from
 * MongoDB in the same tick, so that a replica that cannot read it does not vouch for it.
 */
export class ChangeFeed<Doc extends Changing & Audited> {
  private readonly tickers: Ticker[] = [];
  /** Uncounted changes, and since when this replica has seen them: no clock of the one that wrote them counts. */
  private seen = new Map<string, number>();

  constructor(private readonly options: FeedOptions<Doc>) {}

  /**
   * Starts heartbeats and the repair of abandoned changes. The number goes up once per start: whatever was told under the
   * one before may stem from a state that is not quite the one that MongoDB came back with.
   */
  start(): void {
    let counted = false;
    const beat = async () => {
      if (!counted) await this.count(true);
      counted = true;
      await this.beat();
    };
    if (this.options.beat) this.repeat(BEAT_MS, beat);
    this.repeat(SWEEP_MS, () => this.sweep());
  }

  async stop(): Promise<void> {
    await Promise.all(this.tickers.map((ticker) => ticker.stop()));
  }

  /** The number of the last counted change. Read it before the documents that an answer vouches for. */
  async current(): Promise<number> {
    return (await this.state()).rev;
  }

  /** Reads how far the feed has come, as `current` does. */
  async state(): Promise<FeedState> {
    const state = await within(TURN_LIMIT_MS, this.counters().findOne({ _id: this.counter }));
    return { rev: state?.rev ?? 0, restart: state?.restart ?? 0 };
  }

  /** Counts, announces and records a change that was written with `pendingChange()`; resolves with its number. */
  async commit(doc: Doc): Promise<number> {
    const { trail, collection, ledger, endingOf } = this.options;
    // Before it is counted: a crash in between leaves the mark, and the sweep does all of it again.
    if (ledger && endingOf) {
      await ledger.record(collection, doc._id, async () => {
        const now = await this.documents().findOne({ _id: doc._id });
        return endingOf((now as Doc | null) ?? doc);
      });
    }
    const [rev] = await Promise.all([this.tell(doc), trail?.settle(collection, doc)]);
    return rev;
  }

  /** Counts what a crash left uncounted. Two replicas may both do it: a number more does no harm. */
  async sweep(): Promise<void> {
    const pending = await this.documents()
      .find({ pendingRev: { $gt: '' } })
      .limit(SWEEP_SIZE)
      .toArray();
    const nowMs = performance.now();
    this.seen = new Map(pending.map(({ pendingRev = '' }) => [pendingRev, this.seen.get(pendingRev) ?? nowMs]));
    for (const doc of pending) {
      const seenMs = this.seen.get(doc.pendingRev ?? '') ?? nowMs;
      if (nowMs - seenMs >= ABANDONED_MS) await this.commit(doc as unknown as Doc);
    }
  }

  private repeat(everyMs: number, work: () => Promise<void>): void {
    const turn = () => within(TURN_LIMIT_MS, work());
    const ticker = new Ticker({ name: this.options.collection, everyMs, turn });
    this.tickers.push(ticker);
    ticker.start();
  }

  /** A number that took longer to read says nothing of now, and gateways would trust it for seconds more: no beat then. */
  private async beat(): Promise<void> {
    const startMs = performance.now();
    const rev = await this.current();
    if (performance.now() - startMs < BEAT_MS && !this.options.ledger?.fence) this.options.beat?.(rev);
  }

  private async tell(doc: Doc): Promise<number> {
    const rev = await this.count();
    await this.options.announce(doc, rev);
    await this.documents().updateOne(
      { _id: doc._id, pendingRev: doc.pendingRev },
      { $unset: { pendingRev: 1, pendingSince: 1 }, $max: { rev } },
    );
    return rev;
  }

  private async count(isRestart = false): Promise<number> {
    const next = { $set: { rev: { $add: [{ $ifNull: ['$rev', 0] }, 1] } } };
    const counter = await this.counters().findOneAndUpdate(
      { _id: this.counter },
      isRestart ? [next, { $set: { restart: '$rev' } }] : [next],
      { upsert: true, returnDocument: 'after' },
    );
    if (!counter) throw new Error(`the counter of ${this.counter} is gone`);
    return counter.rev;
  }

  private get counter(): string {
    return this.options.counter ?? this.options.collection;
  }

  private counters() {
    return this.options.connection.collection<{ _id: string; rev: number; restart?: number }>('counters');
  }

  private documents() {
    return this.options.connection.collection<Changing>(this.options.collection);
  }
}
