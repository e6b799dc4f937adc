import { setTimeout as pause } from 'node:timers/promises';
import { WatchedNumbers } from '@sluice/runtime/watched-numbers';
import type { SegmentHead } from '../stores/segments.store';
import type { VersionDoc } from '../stores/version-doc';
import { CommitAttempt, type CommitParts, type Outcome, type Send, type Waiting } from './commit-attempt';

const MAX_BATCH_ROWS = 20_000;
const MAX_BATCH_BYTES = 4_000_000;
const CLOSING_POLL_MS = 20;
/** The sends of all lines that wait for the insert before theirs. */
const gathered = { sends: 0 };
new WatchedNumbers('sluice_sends_waiting', 'Sends that wait for the insert before theirs').watch(() => gathered.sends);

/**
 * The sends of this replica to one version, in the order of their arrival. While one insert is under way those that come
 * gather, and go together with the next: the more senders, the more of them share one write. Other replicas have lines
 * of their own; the unique index on (version, seq) decides between them, and who was late tries the next seq.
 */
export class CommitLine {
  private readonly waiting: Waiting[] = [];
  private running = false;
  /**
   * The last commit, where this line made it just now; otherwise MongoDB is asked. Commits that have long been followed
   * are swept, and their seqs with them: whoever held on to an old one would find the next seq free again.
   */
  private last: SegmentHead | null = null;

  constructor(
    private readonly version: VersionDoc,
    private readonly parts: CommitParts,
  ) {}

  add(send: Send): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ ...send, resolve, reject });
      gathered.sends++;
      if (!this.running) void this.run();
    });
  }

  private async run(): Promise<void> {
    this.running = true;
    while (this.waiting.length > 0) {
      const attempt = new CommitAttempt(this.nextBatch(), this.parts);
      await this.commit(attempt).catch((error: unknown) => attempt.fail(error));
    }
    this.last = null;
    this.running = false;
  }

  private nextBatch(): Waiting[] {
    let [rowCount, bytes, count] = [0, 0, 0];
    for (const send of this.waiting) {
      rowCount += send.rowCount;
      bytes += send.rows.bytes;
      if (count > 0 && (rowCount > MAX_BATCH_ROWS || bytes > MAX_BATCH_BYTES)) break;
      count++;
    }
    gathered.sends -= count;
    return this.waiting.splice(0, count);
  }

  private async commit(attempt: CommitAttempt): Promise<void> {
    const { datasetId, _id: versionId } = this.version;
    while (attempt.isWantedBy(this.parts.clock.monotonicMs())) {
      const last = this.last ?? (await attempt.last(versionId));
      this.last = null;
      if (last === undefined) continue;
      if (last?.closedBy !== undefined) {
        const state = await this.parts.closing.state(datasetId, versionId);
        if (state === 'closed') return attempt.closed();
        if (state === 'closing') {
          await pause(CLOSING_POLL_MS);
          continue;
        }
      }
      if (!attempt.isCheckedFor((last ?? this.version).keyFields)) return;
      if (!attempt.hasRoom(last, this.version)) return;
      // Senders know of a dataset for a while after it has gone, and may add to it behind its removal.
      const [committed, isThere] = await Promise.all([
        attempt.insert(last, this.version),
        this.parts.closing.isThere(datasetId),
      ]);
      if (!committed) continue;
      if (!isThere) {
        await this.parts.segments.removeOfDataset(datasetId);
        return attempt.closed();
      }
      this.last = committed;
      return attempt.done(committed);
    }
  }
}
