import { Inject, Injectable } from '@nestjs/common';
import { snapshotAdvanced } from '@sluice/contracts/catalogue-events';
import { Events } from '@sluice/messaging/events';
import { CLOCK, type Clock } from '@sluice/runtime/clock';
import type { VersionDoc } from '../versions/version-doc';
import type { CommitParts, Outcome, Send } from './commit-attempt';
import { CommitLine } from './commit-line';
import { SegmentsStore } from './segments.store';
import { VersionClosing } from './version-closing';

/** Makes checked sends durable; each version has a line of its own for as long as it has something to do. */
@Injectable()
export class CommitLines {
  private readonly lines = new Map<string, CommitLine>();
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
      line = new CommitLine(version, this.parts, () => this.lines.delete(_id));
      this.lines.set(_id, line);
    }
    return line.add(send);
  }
}
