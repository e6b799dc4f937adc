import { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import { contentType } from '@sluice/contracts/media-types';
import { andThen, type Soon } from '@sluice/runtime/at-once';
import { inStage } from '@sluice/runtime/tracing';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { GATEWAY_CONFIG, type GatewayConfig } from '../config/gateway-config';
import { chooseCoding, encodeStream } from '../http/content-coding';
import type { Charge } from '../limits/charge';
import type { PagePlan } from '../reading/page-plan';
import { type Page, Pages } from '../reading/pages';
import { readSnapshotText } from '../reading/read-snapshot';
import { withPreferredLinks } from './absolute-links';
import { Answer, AnswerCache, type Made } from './answer-cache';
import { CACHE_HEADERS, commitHeader, findHeldTag, isUnmodifiedSince, lastModified } from './cache-headers';
import { nextLink, writeEnvelope } from './envelope';
import { inFormat } from './formats';
import { JsonIndenter } from './pretty-json';

/** Answers plans of pages: by 304, from the answers at hand, or with the rows from the catalogue. */
@Injectable()
export class Answers {
  private readonly cache: AnswerCache;

  constructor(
    private readonly pages: Pages,
    @Inject(GATEWAY_CONFIG) private readonly config: GatewayConfig,
  ) {
    this.cache = new AnswerCache(config.SLUICE_ANSWER_CACHE_BYTES);
  }

  send(request: FastifyRequest, reply: FastifyReply, asked: PagePlan, charge?: Charge): Soon<void> {
    const formatted = inFormat(asked, request.headers.accept);
    const plan = withPreferredLinks(formatted, request, reply, this.config.SLUICE_PUBLIC_URL);
    reply.headers(CACHE_HEADERS);
    const held = reads(request) ? findHeldTag(request.headers['if-none-match'], plan.tag) : undefined;
    if (held) return void reply.status(304).header('etag', held).send();
    return andThen(
      this.cache.get(plan.tag, () => this.make(plan)),
      (made) =>
        inStage(
          'answering',
          () =>
            made instanceof Answer
              ? this.give(request, reply, plan, made, charge)
              : this.stream(request, reply, plan, made, charge),
          request.span ?? null,
        ),
    );
  }

  private give(
    request: FastifyRequest,
    reply: FastifyReply,
    plan: PagePlan,
    answer: Answer,
    charge?: Charge,
  ): Soon<void> {
    return andThen(answer.encoded(chooseCoding(request.headers['accept-encoding'])), ({ body, coding }) => {
      const modifiedAt = lastModified(plan);
      reply.headers({ etag: etag(plan.tag, coding), ...(modifiedAt && { 'last-modified': modifiedAt.text }) });
      if (reads(request) && modifiedAt && isUnmodifiedSince(request.headers, modifiedAt)) {
        return void reply.status(304).send();
      }
      // HEAD tells the length of the rows, and that is worth as much as they are; it has no bytes of its own.
      const bytes = request.method === 'HEAD' ? 0 : body.length;
      return andThen(charge?.take({ rows: answer.rows, bytes }), () => {
        if (coding !== 'identity') reply.header('content-encoding', coding);
        request.rows = answer.rows;
        reply
          .headers({ 'content-type': contentType(plan.format), 'content-length': body.length, ...answer.headers })
          .send(bytes > 0 && charge ? charge.meter(body) : body);
      });
    });
  }

  private async make(plan: PagePlan): Promise<Made> {
    const page = await this.pages.fetch(plan);
    if (!(page.bytes instanceof Uint8Array)) return page;
    const { before, after } = writeEnvelope(page);
    const compact = Buffer.concat([Buffer.from(before), page.bytes, Buffer.from(after)]);
    const body = plan.query.pretty ? new JsonIndenter().push(compact) : compact;
    return new Answer(body, headersOf(page), page.head.returned);
  }

  /** Streams a page: the first of several callers gets what was fetched for all of them, the others fetch their own. */
  private async stream(
    request: FastifyRequest,
    reply: FastifyReply,
    plan: PagePlan,
    fetched: Page,
    charge?: Charge,
  ): Promise<void> {
    const page = taken.has(fetched) ? await this.pages.fetch(plan) : fetched;
    taken.add(page);
    request.rows = page.head.returned;
    await charge?.take({ rows: page.head.returned });
    const coding = chooseCoding(request.headers['accept-encoding']);
    if (coding !== 'identity') reply.header('content-encoding', coding);
    const body = encodeStream(Readable.from(plan.query.pretty ? indented(around(page)) : around(page)), coding);
    await reply
      .headers({ 'content-type': contentType(page.format), ...headersOf(page) })
      .send(charge ? charge.meter(body) : body);
  }
}

const taken = new WeakSet<Page>();

function reads({ method }: FastifyRequest): boolean {
  return method !== 'POST';
}

/** Strong: the bytes of this coding (RFC 9110 section 8.8.3). */
function etag(tag: string, coding: string): string {
  return `"${tag}.${coding}"`;
}

/** The next page (RFC 8288), and what changes can be asked from later; groups have none. */
function headersOf(page: Page): Record<string, string> {
  const next = nextLink(page);
  return {
    ...commitHeader(page),
    ...(next && { link: `<${next}>; rel="next"` }),
    ...(!page.query.group && { 'sluice-snapshot': readSnapshotText(page) }),
  };
}

async function* around(page: Page): AsyncGenerator<Uint8Array> {
  const { before, after } = writeEnvelope(page);
  yield Buffer.from(before);
  if (page.bytes instanceof Uint8Array) yield page.bytes;
  else yield* page.bytes;
  yield Buffer.from(after);
}

async function* indented(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const indenter = new JsonIndenter();
  for await (const piece of pieces) yield indenter.push(piece);
}
