import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { openChangeFile, openViewFile, readViewFile } from '@sluice/contracts/catalogue/view-files';
import { contentType, mediaTypes } from '@sluice/contracts/media-types';
import type { Snapshot } from '@sluice/contracts/snapshot';
import type { ReplyBytes } from '@sluice/messaging/handles';
import { isRefusal } from '@sluice/messaging/service-error';
import { Services } from '@sluice/messaging/services';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import { byteRangeOf } from '../http/byte-range';
import { HttpProblem } from '../http/problem';
import type { Charge } from '../limits/charge';
import { ExportPlaces } from '../limits/export-places';
import { type PagePlan, rowCondition } from '../reading/page-plan';
import { readSnapshotText } from '../reading/read-snapshot';
import { CACHE_HEADERS, commitHeader, isHeld, lastModified } from './cache-headers';

const MAX_KNOWN_FILES = 1_000;
/** What is longer takes a place among the exports: it is taken for as long as its reader likes. */
const LONG_BYTES = 16 * 1024 ** 2;

/** What one commit changed, in the file of changes since a snapshot. */
export interface AskedChanges {
  before: Snapshot;
  seq: number;
}

/** A file for readers: one that is stored, or a part of one that is a whole file of its own. */
interface ReadFile {
  id: string;
  /** Where it begins in the stored one. */
  start: number;
  bytes: number;
  rows: number;
  etag: string;
  /** Of all its bytes (RFC 9530); of a part it is not known. */
  digest: string | null;
}

interface Part {
  file: ReadFile;
  from: number;
  to: number;
  isPart: boolean;
}

/** Sends the Parquet file of a view, or a part of it: a file that never changes, for readers that ask by ranges. */
@Injectable()
export class ViewFileAnswers {
  private readonly known = new LRUCache<string, ReadFile>({ max: MAX_KNOWN_FILES });

  constructor(
    private readonly services: Services,
    private readonly places: ExportPlaces,
  ) {}

  async send(
    request: FastifyRequest,
    reply: FastifyReply,
    plan: PagePlan,
    charge?: Charge,
    changes?: AskedChanges,
  ): Promise<void> {
    if (!plan.exports) throw new HttpProblem('not_found', { detail: 'this API is read by pages' });
    const key = changes ? `${plan.tag} ${changes.before.versionId} ${changes.before.seq} ${changes.seq}` : plan.tag;
    const file = await this.find(key, plan, changes);
    const { etag } = file;
    const modifiedAt = lastModified(plan);
    reply.headers({
      ...CACHE_HEADERS,
      etag,
      'accept-ranges': 'bytes',
      ...(modifiedAt && { 'last-modified': modifiedAt.text }),
    });
    if (isHeld(request.headers, etag, modifiedAt)) {
      await reply.status(304).send();
      return;
    }
    const part = partOf(request, file, { etag, lastModified: modifiedAt?.text });
    if (request.method === 'HEAD') {
      describe(reply, plan, part);
      await reply.header('content-length', part.to - part.from + 1).send();
      return;
    }
    await this.give(request, reply, plan, key, part, charge);
  }

  private async give(
    request: FastifyRequest,
    reply: FastifyReply,
    plan: PagePlan,
    key: string,
    part: Part,
    charge?: Charge,
  ): Promise<void> {
    const { file, from, to } = part;
    const length = to - from + 1;
    if (length > LONG_BYTES) {
      request.place?.pause();
      const leave = await this.places.enter(request.callerId ?? 'none', reply);
      reply.raw.once('close', leave);
    }
    // A part counts for as many rows as its bytes are of all.
    const rows = Math.ceil((file.rows * length) / file.bytes);
    await charge?.take({ rows, bytes: length });
    const bytes = await this.read(key, part);
    request.rows = rows;
    describe(reply, plan, part);
    const body =
      bytes instanceof Uint8Array ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length) : Readable.from(bytes);
    await reply.header('content-length', length).send(charge ? charge.meter(body) : body);
  }

  /** Asks catalogue for the file once for each state of an API; it is made where nobody has asked before. */
  private async find(key: string, plan: PagePlan, changes: AskedChanges | undefined): Promise<ReadFile> {
    const known = this.known.get(key);
    if (known) return known;
    const file = changes ? await this.openChanges(plan, changes) : await this.open(plan);
    this.known.set(key, file);
    return file;
  }

  private async open({ query, snapshot }: PagePlan): Promise<ReadFile> {
    const { select, sort } = query;
    const asked = { snapshot, select, filter: rowCondition(query), sort };
    const { id, bytes, rows, sha256 } = await this.services.request(openViewFile, asked);
    return { id, start: 0, bytes, rows, etag: `"${sha256}"`, digest: Buffer.from(sha256, 'hex').toString('base64') };
  }

  private async openChanges({ query, snapshot }: PagePlan, { before, seq }: AskedChanges): Promise<ReadFile> {
    const asked = { before, now: snapshot, select: query.select, filter: rowCondition(query) };
    const { file, parts } = await this.services.request(openChangeFile, asked);
    const part = parts.find((each) => each.seq === seq);
    if (!part) throw new HttpProblem('not_found', { detail: 'the API shows nothing of these changes any more' });
    const { from: start, bytes, rows } = part;
    return { id: file.id, start, bytes, rows, etag: `"${file.sha256}-${seq}"`, digest: null };
  }

  private async read(key: string, { file: { id, start }, from, to }: Part): Promise<ReplyBytes> {
    try {
      return (await this.services.request(readViewFile, { id, from: start + from, to: start + to })).bytes;
    } catch (error) {
      if (!isRefusal(error, readViewFile, 'not_found')) throw error;
      // It was not read for long. The one that is made now may have other bytes, and another tag: its reader begins anew.
      this.known.delete(key);
      throw new HttpProblem('unavailable', { detail: 'the file is made anew: ask again' });
    }
  }
}

function partOf(request: FastifyRequest, file: ReadFile, validators: { etag: string; lastModified?: string }): Part {
  const range = byteRangeOf(request.headers, file.bytes, validators);
  if (range === 'whole') return { file, from: 0, to: file.bytes - 1, isPart: false };
  if (range !== 'unsatisfiable') return { file, ...range, isPart: true };
  const headers = { 'content-range': `bytes */${file.bytes}` };
  throw new HttpProblem('range_not_satisfiable', { detail: `the file has ${file.bytes} bytes`, headers });
}

/** The digest is that of the whole file, also with a part of it (RFC 9530 section 3). */
function describe(reply: FastifyReply, plan: PagePlan, { file, from, to, isPart }: Part): void {
  const { source, version } = plan;
  const name = `${source.api ?? source.datasetId}-v${version}.${mediaTypes.parquet.extensions[0]}`;
  reply.status(isPart ? 206 : 200).headers({
    'content-type': contentType('parquet'),
    'content-disposition': `attachment; filename="${name}"`,
    ...(file.digest !== null && { 'repr-digest': `sha-256=:${file.digest}:` }),
    ...commitHeader(plan),
    'sluice-snapshot': readSnapshotText(plan),
    ...(isPart && { 'content-range': `bytes ${from}-${to}/${file.bytes}` }),
  });
}
