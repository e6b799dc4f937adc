import { Inject, Injectable } from '@nestjs/common';
import { type ChangesRequest, readChanges as changesContract } from '@sluice/contracts/catalogue/row-changes';
import type { RowsRequest } from '@sluice/contracts/catalogue/rows';
import { refuse, ServiceError } from '@sluice/messaging/service-error';
import { VersionCache } from '../cache/version-cache';
import { CATALOGUE_CONFIG, type CatalogueConfig } from '../config/catalogue-config';
import { Engines } from '../engine/engines';
import { KeyIndexes } from '../indexes/key-index';
import { SortedColumns } from '../indexes/sorted-columns';
import type { VersionTable } from '../tables/version-table';
import { FastPages } from './fast-pages';
import { GroupPages } from './group-page';
import { NumberRanges } from './number-ranges';
import { readChanges } from './read-changes';
import { readGroups } from './read-groups';
import { type Page, readPage } from './read-page';
import { asRefusal } from './read-refusals';
import { RowRenderer } from './render-rows';
import { RowBlocks } from './row-blocks';
import { SortedPages } from './sorted-pages';
import { QUERY_LIMIT_MS, timeLeftMs } from './time-left';

const HIDDEN_KEY = 'this API does not show the key fields of its rows, so that it cannot tell of changes';

/** Reads pages of rows. */
@Injectable()
export class RowsService {
  private readonly fast: FastPages;
  private readonly groups: GroupPages;

  constructor(
    private readonly cache: VersionCache,
    private readonly engines: Engines,
    private readonly ranges: NumberRanges,
    @Inject(CATALOGUE_CONFIG) config: CatalogueConfig,
  ) {
    const { reads } = engines;
    const blocks = new RowBlocks(new RowRenderer(reads, QUERY_LIMIT_MS), config.SLUICE_ROW_BLOCK_BYTES);
    const columns = new SortedColumns(reads, config.SLUICE_SORTED_INDEX_BYTES);
    const indexes = new KeyIndexes(reads, config.SLUICE_KEY_INDEX_BYTES);
    this.fast = new FastPages(blocks, indexes, new SortedPages(columns));
    this.groups = new GroupPages(columns, reads);
  }

  async read(request: RowsRequest): Promise<Page> {
    try {
      return await this.cache.use(request.snapshot, async (table) => {
        const { group } = request;
        if (!group) return await this.readPage(table, request);
        const measured = await this.ranges.measured(table, group, timeLeftMs());
        const asked = { ...request, group };
        const page = await this.groups.read(measured, asked);
        return page ?? (await readGroups(this.engines.reads, measured, asked, timeLeftMs()));
      });
    } catch (error) {
      throw asRefusal(error);
    }
  }

  async changes(request: ChangesRequest): Promise<Page> {
    const { snapshot, since, exposed } = request;
    if (since > snapshot.seq) throw new ServiceError('bad_message');
    try {
      return await this.cache.use(snapshot, (now) => {
        if (now.keyFields?.some((name) => !exposed.includes(name)))
          throw refuse(changesContract, 'not_found', HIDDEN_KEY);
        return this.cache.use({ ...snapshot, seq: since }, (before) =>
          readChanges(this.engines.reads, before, now, request, timeLeftMs()),
        );
      });
    } catch (error) {
      throw asRefusal(error);
    }
  }

  private async readPage(table: VersionTable, request: RowsRequest): Promise<Page> {
    const read = await this.fast.read(table, request);
    return isPage(read) ? read : await readPage(this.engines.reads, read, request, timeLeftMs());
  }
}

function isPage(read: Page | VersionTable): read is Page {
  return 'head' in read;
}
