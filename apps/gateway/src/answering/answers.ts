import { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import { andThen, type Soon } from '@sluice/runtime/at-once';
import { inStage } from '@sluice/runtime/tracing';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { GATEWAY_CONFIG, type GatewayConfig } from '../config/gateway-config';
import { chooseCoding, encodeStream } from '../http/content-coding';
import type { Charge } from '../limits/charge';
import type { PagePlan } from '../reading/page-plan';
import { type Page, Pages } from '../reading/pages';
import { withPreferredLinks } from './absolute-links';
import { withAnnouncedLinks } from './announced-fields';
import { Answer, AnswerCache, type Made } from './answer-cache';
import { CACHE_HEADERS, findHeldTag, isUnmodifiedSince, lastModified } from './cache-headers';
import { inFormat } from './formats';
import { ownForm, type PageForm } from './page-form';

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
    return this.sendAs(request, reply, plan, ownForm(plan), charge);
  }

  /** Sends a plan's page in a form of its own; `plan.tag` has to name that form too. */
  sendAs(request: FastifyRequest, reply: FastifyReply, plan: PagePlan, form: PageForm, charge?: Charge): Soon<void> {
    reply.headers(CACHE_HEADERS);
    const held = reads(request) ? findHeldTag(request.headers['if-none-match'], plan.tag) : undefined;
    if (held) return void reply.status(304).header('etag', held).send();
    return andThen(
      this.cache.get(plan.tag, () => this.make(plan, form)),
      (made) =>
        inStage(
          'answering',
          () =>
            made instanceof Answer
              ? this.give(request, reply, plan, form, made, charge)
              : this.stream(request, reply, plan, form, made, charge),
          request.span ?? null,
        ),
    );
  }

  private give(
    request: FastifyRequest,
    reply: FastifyReply,
    plan: PagePlan,
    form: PageForm,
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
          .headers({
            'content-type': form.contentType,
            'content-length': body.length,
            ...withAnnouncedLinks(reply, answer.headers),
          })
          .send(bytes > 0 && charge ? charge.meter(body) : body);
      });
    });
  }

  private async make(plan: PagePlan, form: PageForm): Promise<Made> {
    const page = await this.pages.fetch(plan);
    if (!(page.bytes instanceof Uint8Array)) return page;
    const pieces: Uint8Array[] = [];
    for await (const piece of form.pieces(page)) pieces.push(piece);
    return new Answer(Buffer.concat(pieces), form.headersOf(page), form.rowsOf(page));
  }

  /** Streams a page: the first of several callers gets what was fetched for all of them, the others fetch their own. */
  private async stream(
    request: FastifyRequest,
    reply: FastifyReply,
    plan: PagePlan,
    form: PageForm,
    fetched: Page,
    charge?: Charge,
  ): Promise<void> {
    const page = taken.has(fetched) ? await this.pages.fetch(plan) : fetched;
    taken.add(page);
    const rows = form.rowsOf(page);
    request.rows = rows;
    await charge?.take({ rows });
    const coding = chooseCoding(request.headers['accept-encoding']);
    if (coding !== 'identity') reply.header('content-encoding', coding);
    const body = encodeStream(Readable.from(form.pieces(page)), coding);
    await reply
      .headers({ 'content-type': form.contentType, ...withAnnouncedLinks(reply, form.headersOf(page)) })
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
