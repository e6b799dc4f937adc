import { z } from 'zod';
import { VersionId } from './ids';

/** Fixes the rows of an answer: a version and the number of commits that are applied to it. */
export const Snapshot = z.object({ versionId: VersionId, seq: z.int().min(0) });
export type Snapshot = z.infer<typeof Snapshot>;
