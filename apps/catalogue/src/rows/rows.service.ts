import { Injectable } from '@nestjs/common';
import { type RowsRequest, readRows } from '@sluice/contracts/rows';
import { refuse, ServiceError } from '@sluice/messaging/service-error';
import { VersionCache, VersionGone } from '../cache/version-cache';
import { QueryTimeout, StorageFull } from '../engine/engine';
import { Engines } from '../engine/engines';
import { QueueFull } from '../engine/query-queue';
import { UnknownField } from './columns';
import { QueryRefused, readGroups } from './read-groups';
import { type Page, readPage } from './read-page';

const QUERY_LIMIT_MS = 10_000;

/** Reads pages of rows. */
@Injectable()
export class RowsService {
  constructor(
    private readonly cache: VersionCache,
    private readonly engines: Engines,
  ) {}

  async read(request: RowsRequest): Promise<Page> {
    try {
      return await this.cache.use(request.snapshot.versionId, (table) => {
        const { group } = request;
        return group
          ? readGroups(this.engines.reads, table, { ...request, group }, QUERY_LIMIT_MS)
          : readPage(this.engines.reads, table, request, QUERY_LIMIT_MS);
      });
    } catch (error) {
      throw told(error);
    }
  }
}

function told(error: unknown): unknown {
  if (error instanceof VersionGone) return refuse(readRows, 'snapshot_gone');
  if (error instanceof QueryTimeout) return refuse(readRows, 'query_timeout');
  if (error instanceof StorageFull) return refuse(readRows, 'storage_full');
  if (error instanceof QueryRefused) return refuse(readRows, 'invalid_query', error.message, [error.fault]);
  if (error instanceof QueueFull) return new ServiceError('overloaded');
  if (error instanceof UnknownField) return new ServiceError('bad_message');
  return error;
}
