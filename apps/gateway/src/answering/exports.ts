import { Readable, type Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { Injectable, Logger } from '@nestjs/common';
import { exportRows, MAX_SHEET_ROWS } from '@sluice/contracts/catalogue/row-formats';
import { readRows } from '@sluice/contracts/catalogue/rows';
import type { Format } from '@sluice/contracts/formats';
import { contentType, mediaTypes } from '@sluice/contracts/media-types';
import type { ReplyBytes } from '@sluice/messaging/handles';
import { Services } from '@sluice/messaging/services';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { acceptsGzip } from '../http/content-coding';
import { HttpProblem, invalidQuery } from '../http/problem';
import type { Charge } from '../limits/charge';
import { ExportPlaces } from '../limits/export-places';
import { formattingOf, type PagePlan, rowCondition } from '../reading/page-plan';
import { readSnapshotText } from '../reading/read-snapshot';
import { CACHE_HEADERS, commitHeader, isHeld, lastModified } from './cache-headers';
import { inFormat } from './formats';
import { RowTail } from './row-tail';

const ROW_COUNT = 'Sluice-Row-Count';
/** Exports are packed as they pass, so that speed counts more than size. */
const GZIP_LEVEL = 1;
/** Formats whose bytes are packed as they are. */
const PACKED: readonly Format[] = ['parquet', 'xlsx'];

/** Streams all rows of a query as they come from the catalogue. */
@Injectable()
export class Exports {
  private readonly logger = new Logger(Exports.name);

  constructor(
    private readonly services: Services,
    private readonly places: ExportPlaces,
  ) {}

  /** Sends the whole result of a plan, or tells that the caller holds it already. */
  async send(request: FastifyRequest, reply: FastifyReply, asked: PagePlan, charge?: Charge): Promise<void> {
    if (!asked.exports) throw new HttpProblem('not_found', { detail: 'this API is read by pages' });
    const plan = inFormat(asked, request.headers.accept);
    const { format, source, version } = plan;
    // Weak: two exports have the same rows, but Parquet and Arrow may group them differently (RFC 9110 section 8.8.1).
    const tag = `W/"${plan.tag}-export"`;
    const modifiedAt = lastModified(plan);
    reply.headers({
      ...CACHE_HEADERS,
      etag: tag,
      ...(modifiedAt && { 'last-modified': modifiedAt.text }),
    });
    if (isHeld(request.headers, tag, modifiedAt)) {
      await reply.status(304).send();
      return;
    }
    const name = `${source.api ?? source.datasetId}-v${version}.${mediaTypes[format].extensions[0]}`;
    reply.headers({
      'content-type': contentType(format),
      'content-disposition': `attachment; filename="${name}"`,
      ...commitHeader(plan),
      ...(!plan.query.group && { 'sluice-snapshot': readSnapshotText(plan) }),
    });
    if (request.method === 'HEAD') {
      await reply.send();
      return;
    }
    request.place?.pause();
    const leave = await this.places.enter(request.callerId ?? 'none', reply);
    try {
      const isCharged = charge?.limits('rows') === true;
      if (isCharged || format === 'xlsx') {
        const rows = await this.count(plan);
        if (format === 'xlsx' && rows > MAX_SHEET_ROWS) throw tooManyForSheet(rows);
        if (isCharged) await charge.take({ rows });
      }
      await this.transfer(request, reply, plan, charge);
    } finally {
      leave();
    }
  }

  private async transfer(
    request: FastifyRequest,
    reply: FastifyReply,
    plan: PagePlan,
    charge: Charge | undefined,
  ): Promise<void> {
    const bytes = await this.fetch(plan);
    const packs = !PACKED.includes(plan.format) && acceptsGzip(request.headers['accept-encoding']);
    if (packs) reply.header('content-encoding', 'gzip');
    // Without chunks there is no place for trailers: the answer then ends with the connection (RFC 9112 section 6.3).
    const hasTrailers = request.raw.httpVersion !== '1.0';
    if (hasTrailers) reply.header('trailer', ROW_COUNT);
    reply.hijack();
    const coders: Transform[] = packs ? [createGzip({ level: GZIP_LEVEL })] : [];
    // Behind the coder: what is charged is what leaves.
    if (charge?.limits('bytes')) coders.push(charge.passing());
    request.rows = await this.pass(bytes, coders, reply, hasTrailers);
  }

  /** Counts the rows before the first of them is sent: limited rows are charged by then, and what no sheet holds is refused. */
  private async count({ query, snapshot }: PagePlan): Promise<number> {
    const { select, group, search } = query;
    const one = { snapshot, select, filter: rowCondition(query), search, group, sort: [], limit: 1, count: true };
    return (await this.services.request(readRows, one)).head.total ?? 0;
  }

  private async fetch(plan: PagePlan): Promise<ReplyBytes> {
    const { query, snapshot } = plan;
    const { select, group, sort, search } = query;
    const filter = rowCondition(query);
    const rows = { snapshot, select, filter, search, group, sort };
    const { bytes } = await this.services.request(exportRows, { ...rows, ...formattingOf(plan) });
    return bytes;
  }

  /** Passes the rows on and counts them. A failure on the way breaks the transfer: a short answer never looks whole. */
  private async pass(
    bytes: ReplyBytes,
    coders: Transform[],
    reply: FastifyReply,
    hasTrailers: boolean,
  ): Promise<number> {
    const response = reply.raw;
    const tail = new RowTail();
    try {
      response.writeHead(200, plainHeaders(reply));
      const source = bytes instanceof Uint8Array ? Readable.from([bytes]) : Readable.from(bytes);
      await pipeline([source, tail, ...coders, response], { end: false });
      if (hasTrailers) response.addTrailers({ [ROW_COUNT]: String(tail.rows) });
      response.end();
      return Number(tail.rows);
    } catch (error) {
      response.destroy();
      this.logger.warn(`an export broke: ${error instanceof Error ? error.message : String(error)}`);
      return 0;
    }
  }
}

function plainHeaders(reply: FastifyReply): Record<string, string | number | string[]> {
  const headers = Object.entries(reply.getHeaders());
  return Object.fromEntries(headers.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}

function tooManyForSheet(rows: number): HttpProblem {
  const fault = {
    in: 'query' as const,
    name: '_format',
    code: 'not_allowed',
    detail: `XLSX has ${MAX_SHEET_ROWS} rows at most below its header, and these are ${rows}`,
    hint: 'narrow the rows down, or take _format=csv',
    max: MAX_SHEET_ROWS,
  };
  return invalidQuery([fault], 'the format does not hold so many rows');
}
