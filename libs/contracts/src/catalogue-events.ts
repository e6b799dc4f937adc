import { z } from 'zod';
import { event } from './contract';
import { DatasetId, VersionId } from './ids';

/** A dataset has a new latest version; registry moves the APIs that follow it. */
export const versionPublished = event({
  subject: 'catalogue.versions.published',
  payload: z.object({ datasetId: DatasetId, versionId: VersionId, number: z.int(), dataRev: z.int() }),
});

/** Every 500 ms from every replica: the number of the last change, read from MongoDB in the same tick. */
export const catalogueHeartbeat = event({
  subject: 'catalogue.replicas.beat',
  payload: z.object({ rev: z.int() }),
});
