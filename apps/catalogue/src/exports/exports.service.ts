import { setTimeout as pause } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { ExportRequest, renderRows } from '@sluice/contracts/catalogue/row-formats';
import type { RequestOf } from '@sluice/contracts/contract';
import type { Answer } from '@sluice/messaging/handles';
import { VersionCache } from '../cache/version-cache';
import { Engines } from '../engine/engines';
import { firstGroup } from '../rows/group-sql';
import { NumberRanges } from '../rows/number-ranges';
import { asRefusal } from '../rows/read-refusals';
import { RowsService } from '../rows/rows.service';
import { QUERY_LIMIT_MS } from '../rows/time-left';
import { AbortableBytes } from './abortable-bytes';
import { OpenExports } from './open-exports';
import { resultSql } from './result-sql';
import { openDocument } from './row-document';
import { streamExport } from './row-export';
import { SpoolDirectory } from './spool-directory';

/** A failure within this time is a refusal with its reason; later the answer has begun. */
const REFUSABLE_MS = 5_000;

/** Rows in every format: pages, and whole results. */
@Injectable()
export class ExportsService {
  constructor(
    private readonly cache: VersionCache,
    private readonly engines: Engines,
    private readonly rows: RowsService,
    private readonly ranges: NumberRanges,
    private readonly spools: SpoolDirectory,
    private readonly open: OpenExports,
  ) {}

  /** A page in another format than JSON: which rows it has is found as for JSON, then they are written. */
  async render(request: RequestOf<typeof renderRows>): Promise<Answer<typeof renderRows>> {
    const { head } = await this.rows.read({ ...request, select: request.select.slice(0, 1) });
    try {
      const parts = await this.cache.use(request.snapshot, async (table) => {
        const measured = await this.ranges.measured(table, request.group, QUERY_LIMIT_MS);
        const result = resultSql(measured, request, {
          limit: head.returned,
          offset: request.group ? firstGroup(request) : request.offset,
        });
        const reading = { engine: this.engines.reads, timeoutMs: QUERY_LIMIT_MS };
        const found: Uint8Array[] = [];
        for await (const { bytes } of openDocument(result, head.returned, request, this.spools, reading))
          found.push(bytes);
        return found;
      });
      return { head, bytes: Buffer.concat(parts) };
    } catch (error) {
      throw asRefusal(error);
    }
  }

  /** Begins an export; what it takes is given back when its bytes were read to the end, or are not read on. */
  async export(request: ExportRequest): Promise<AsyncIterable<Uint8Array>> {
    const close = this.open.enter();
    const sliceBytes = () => this.open.sliceBytes();
    const bytes = new AbortableBytes(
      (signal) => streamExport(this.cache, this.engines, this.ranges, this.spools, request, sliceBytes, signal),
      close,
    );
    try {
      await Promise.race([bytes.begun(), pause(REFUSABLE_MS, undefined, { ref: false })]);
    } catch (error) {
      throw asRefusal(error);
    }
    return bytes;
  }
}
