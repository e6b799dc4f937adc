import { createHash } from 'node:crypto';
import { writeExactly } from '@sluice/query/describing/exact-json';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Answer } from '../answering/answer-cache';
import { CACHE_HEADERS, findHeldTag } from '../answering/cache-headers';
import { chooseCoding } from '../http/content-coding';

/** Sends what describes an API, or that the caller holds it: it changes with the API and its data, and so does its tag. */
export async function replyWithDocument(request: FastifyRequest, reply: FastifyReply, document: object): Promise<void> {
  const text = Buffer.from(writeExactly(document));
  const tag = createHash('sha256').update(text).digest('base64url');
  reply.headers(CACHE_HEADERS);
  const held = findHeldTag(request.headers['if-none-match'], tag);
  if (held) return void reply.status(304).header('etag', held).send();
  const { body, coding } = await new Answer(text, {}, 0).encoded(chooseCoding(request.headers['accept-encoding']));
  if (coding !== 'identity') reply.header('content-encoding', coding);
  // Strong: the bytes of this coding (RFC 9110 section 8.8.3).
  reply.headers({ etag: `"${tag}.${coding}"`, 'content-type': 'application/json; charset=utf-8' }).send(body);
}
