import { createHash } from 'node:crypto';
import type { ChangeFileRequest, ViewFileRequest } from '@sluice/contracts/catalogue/view-files';

/** Raised when files are written in another way: who asks for one then gets a new one. */
const WRITTEN_AS = 1;

/** Names the file of a snapshot and a view: the same wherever and whenever it is asked for. */
export function nameViewFile({ snapshot: { versionId, seq }, select, filter, sort }: ViewFileRequest): string {
  return hashOf([WRITTEN_AS, versionId, seq, select, filter, sort]);
}

/** Names the file of what changed in a view. */
export function nameChangeFile({ before, now, select, filter }: ChangeFileRequest): string {
  const between = [before.versionId, before.seq, now.versionId, now.seq];
  return hashOf(['changes', WRITTEN_AS, ...between, select, filter]);
}

function hashOf(named: unknown[]): string {
  return createHash('sha256').update(JSON.stringify(named)).digest('hex');
}
