import { createHash } from 'node:crypto';
import type { ViewFileRequest } from '@sluice/contracts/catalogue/view-files';

/** Raised when files are written in another way: who asks for one then gets a new one. */
const WRITTEN_AS = 1;

/** Names the file of a snapshot and a view: the same wherever and whenever it is asked for. */
export function nameViewFile({ snapshot: { versionId, seq }, select, filter, sort }: ViewFileRequest): string {
  const named = JSON.stringify([WRITTEN_AS, versionId, seq, select, filter, sort]);
  return createHash('sha256').update(named).digest('hex');
}
