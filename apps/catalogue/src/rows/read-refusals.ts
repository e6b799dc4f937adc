import { readRows } from '@sluice/contracts/catalogue/rows';
import type { Fault } from '@sluice/contracts/fault';
import { refuse, ServiceError } from '@sluice/messaging/service-error';
import { UnknownSnapshot } from '../cache/grown-version';
import { VersionGone } from '../cache/version-cache';
import { isDiskFull, MemoryFull, QueryTimeout, StorageFull } from '../engine/engine-errors';
import { QueueFull } from '../engine/fair-queue';
import { UnknownField } from './columns';
import { QueryRefused } from './read-groups';

const unknownSnapshot: Fault = {
  in: 'query',
  name: '_cursor',
  code: 'unknown_snapshot',
  detail: 'the cursor tells of rows that were never there',
};

/** Words a failure of the cache or of DuckDB for callers; anything else stays as it is. */
export function asRefusal(error: unknown): unknown {
  if (error instanceof VersionGone) return refuse(readRows, 'snapshot_gone');
  if (error instanceof UnknownSnapshot) return refuse(readRows, 'invalid_query', error.message, [unknownSnapshot]);
  if (error instanceof QueryTimeout) return refuse(readRows, 'query_timeout');
  if (error instanceof StorageFull || isDiskFull(error)) return refuse(readRows, 'storage_full');
  if (error instanceof MemoryFull) return refuse(readRows, 'memory_exceeded');
  if (error instanceof QueryRefused) return refuse(readRows, 'invalid_query', error.message, [error.fault]);
  if (error instanceof QueueFull) return new ServiceError('overloaded');
  if (error instanceof UnknownField) return new ServiceError('bad_message');
  return error;
}
