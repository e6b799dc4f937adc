import { z } from 'zod';
import { contract } from '../contract';
import { DatasetId, VersionId } from '../ids';
import { PageRequest, pageOf, Timestamp } from '../page';

/** Counts what changed the rows of a dataset, publications and sends in one order: 1, 2, 3 … */
export const CommitNumber = z.int().min(1);

/** One change of a dataset's rows. `rows` is how many it brought; a publication brings the whole version. */
export const Commit = z
  .object({
    commit: CommitNumber,
    at: Timestamp.meta({ description: 'Never before the commit that it follows' }),
    kind: z.enum(['publish', 'send']),
    version: z.int(),
    seq: z.int().min(0).meta({ description: 'Its number among those of its version; 0 published it' }),
    rows: z.int().min(0),
  })
  .meta({ id: 'Commit' });
export type Commit = z.infer<typeof Commit>;

/**
 * Lists the commits whose rows are kept, the newest first; the cursor is the number of one. Numbers may be missing: of versions
 * that were deleted, of an import that did not publish in the end, of sends of which a release before this one forgot the time.
 */
export const listCommits = contract({
  subject: 'catalogue.commits.list',
  isRead: true,
  request: PageRequest.extend({ datasetId: DatasetId }),
  reply: pageOf(Commit),
  errors: ['dataset_not_found'],
});

/**
 * Finds the state of a dataset as of a commit, or as of a time by the clocks of the catalogue. `snapshot_gone` names the nearest
 * commit that is kept, and `nearest` asks for that one instead; `invalid_query` has a fault for what never was. `at` is when the commit
 * was made, null where that is not known any more.
 */
export const findCommit = contract({
  subject: 'catalogue.commits.find',
  isRead: true,
  request: z.object({
    datasetId: DatasetId,
    at: z.union([z.object({ commit: CommitNumber }), z.object({ time: Timestamp })]),
    nearest: z.boolean().default(false),
  }),
  reply: z.object({
    commit: CommitNumber,
    at: Timestamp.nullable(),
    version: z.int(),
    versionId: VersionId,
    seq: z.int().min(0),
  }),
  errors: ['dataset_not_found', 'snapshot_gone', 'invalid_query'],
});
