import { z } from 'zod';
import { contract, event } from '../contract';
import { DatasetId, ImportId, VersionId } from '../ids';
import { Snapshot } from '../snapshot';

/** A dataset has a new latest version; registry moves the APIs that follow it. */
export const versionPublished = event({
  subject: 'catalogue.versions.published',
  heardBy: ['registry'],
  payload: z.object({ datasetId: DatasetId, versionId: VersionId, number: z.int(), dataRev: z.int() }),
});

/** Every 500 ms from every replica: the number of the last change, read from MongoDB in the same tick. */
export const catalogueHeartbeat = event({
  subject: 'catalogue.replicas.beat',
  heardBy: ['gateway', 'registry'],
  payload: z.object({ rev: z.int() }),
});

/** Somebody decided about an import that waits: the replica that has it looks at its document. One that misses it looks soon. */
export const importDecided = event({
  subject: 'catalogue.imports.decided',
  heardBy: ['catalogue'],
  payload: z.object({ importId: ImportId }),
});

/** Rows were added to a version: `seq` commits are applied to it now. */
export const snapshotAdvanced = event({
  subject: 'catalogue.snapshots.advanced',
  payload: Snapshot,
});

/** At most this many versions are told of at a time. */
export const MAX_TOLD_SNAPSHOTS = 500;

/**
 * Every 500 ms from every replica, read from MongoDB in the same tick: the versions that got rows within the last
 * seconds, as they stand. Whoever missed an event learns it here; `more` says that not all of them fitted, so that
 * whoever holds snapshots asks for them.
 */
export const snapshotsHeartbeat = event({
  subject: 'catalogue.snapshots.beat',
  payload: z.object({ advanced: z.array(Snapshot).max(MAX_TOLD_SNAPSHOTS), more: z.boolean() }),
});

/** How far each of the versions is; those that are gone are left out. */
export const listSnapshots = contract({
  subject: 'catalogue.snapshots.list',
  request: z.object({ versionIds: z.array(VersionId).max(MAX_TOLD_SNAPSHOTS) }),
  reply: z.object({ snapshots: z.array(Snapshot) }),
  errors: [],
  isRead: true,
});
