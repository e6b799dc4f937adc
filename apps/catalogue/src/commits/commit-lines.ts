import { Inject, Injectable } from '@nestjs/common';
import { snapshotAdvanced } from '@sluice/contracts/catalogue/catalogue-events';
import { Events } from '@sluice/messaging/events';
import { CLOCK, type Clock } from '@sluice/runtime/clock';
import { LRUCache } from 'lru-cache';
import { SegmentsStore } from '../stores/segments.store';
import type { VersionDoc } from '../stores/version-doc';
import type { CommitParts, Outcome, Send } from './commit-attempt';
import { CommitLine } from './commit-line';
import { VersionClosing } from './version-closing';

/** Lines beyond this are dropped, which loses no send: a line without sends knows nothing. */
const MAX_LINES = 1_000;

/** Makes checked sends durable; each version has a line of its own. */
@Injectable()
export class CommitLines {
  private readonly lines = new LRUCache<string, CommitLine>({ max: MAX_LINES });
  private readonly parts: CommitParts;

  constructor(segments: SegmentsStore, closing: VersionClosing, events: Events, @Inject(CLOCK) clock: Clock) {
    this.parts = {
      segments,
      closing,
      clock,
      committed: ({ versionId, seq }) => events.publish(snapshotAdvanced, { versionId, seq }),
    };
  }

  commit(version: VersionDoc, send: Send): Promise<Outcome> {
    const { _id } = version;
    let line = this.lines.get(_id);
    if (!line) {
      line = new CommitLine(version, this.parts);
      this.lines.set(_id, line);
    }
    return line.add(send);
  }
}
