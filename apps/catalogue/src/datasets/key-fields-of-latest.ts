import { setTimeout as pause } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { updateDataset } from '@sluice/contracts/catalogue/datasets';
import { refuse, ServiceError } from '@sluice/messaging/service-error';
import { CLOCK, type Clock } from '@sluice/runtime/clock';
import { requestScope } from '@sluice/runtime/request-scope';
import { mongo } from 'mongoose';
import { VersionCache } from '../cache/version-cache';
import { VersionClosing } from '../commits/version-closing';
import { Engines } from '../engine/engines';
import { findKeyFault } from '../engine/key-fault';
import { DatasetsStore } from '../stores/datasets.store';
import { packRows } from '../stores/packed-rows';
import { followSegment } from '../stores/segment-doc';
import { type SegmentHead, SegmentsStore } from '../stores/segments.store';
import type { VersionDoc } from '../stores/version-doc';
import { VersionsStore } from '../stores/versions.store';

const CLOSING_POLL_MS = 20;

/**
 * Gives the latest version key fields: by a commit without rows, so that it has a place in the order of all commits. The
 * rows before it are unique, and no replica adds one behind it without having read it.
 */
@Injectable()
export class KeyFieldsOfLatest {
  constructor(
    private readonly datasets: DatasetsStore,
    private readonly versions: VersionsStore,
    private readonly segments: SegmentsStore,
    private readonly closing: VersionClosing,
    private readonly cache: VersionCache,
    private readonly engines: Engines,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** A version that has key fields keeps them, since its earlier snapshots depend on them; these are only checked then. */
  async set(datasetId: string, keyFields: string[]): Promise<void> {
    const deadlineMs = requestScope.getStore()?.deadlineMs ?? this.clock.monotonicMs() + updateDataset.timeoutMs;
    while (this.clock.monotonicMs() < deadlineMs) {
      const latest = (await this.datasets.stored(datasetId))?.versions.at(-1);
      const version = latest && (await this.versions.find(latest.versionId));
      if (!version) return;
      const last = await this.segments.last(version._id);
      if (last?.closedBy !== undefined && (await this.closing.state(datasetId, version._id)) !== 'open') {
        await pause(CLOSING_POLL_MS);
        continue;
      }
      await this.check(version, last, keyFields);
      if ((last ?? version).keyFields || (await this.mark(version, last, keyFields))) return;
    }
    throw new ServiceError('timeout');
  }

  private async check(version: VersionDoc, last: SegmentHead | null, keyFields: string[]): Promise<void> {
    const snapshot = { versionId: version._id, seq: last?.dataSeq ?? 0 };
    const fault = await this.cache.use(snapshot, ({ sql }) =>
      findKeyFault(this.engines.reads, sql, version.fields, keyFields),
    );
    if (!fault) return;
    throw refuse(updateDataset, 'invalid_request', fault.detail, [{ in: 'body', pointer: '/keyFields', ...fault }]);
  }

  /** False when rows were added meanwhile. */
  private async mark(version: VersionDoc, last: SegmentHead | null, keyFields: string[]): Promise<boolean> {
    const rows = new mongo.Binary(await packRows([]));
    const inserted = await this.segments.insert({ ...followSegment(last, version), keyFields, rows, loose: true });
    return inserted === 'done';
  }
}
