import { createHash } from 'node:crypto';
import { writeExactly } from '@sluice/query/describing/exact-json';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { chooseCoding } from '../http/content-coding';
import type { Charge } from '../limits/charge';
import { Answer } from './answer-cache';
import { CACHE_HEADERS, findHeldTag } from './cache-headers';

/** A document as it can be sent again. */
export interface Document {
  answer: Answer;
  /** What its bytes are known by. */
  tag: string;
  mediaType: string;
}

/** Who asks for a document, and is charged for it. */
interface DocumentCall {
  request: FastifyRequest;
  reply: FastifyReply;
  charge?: Charge;
}

/** Writes a document, with every digit of its numbers. */
export function writeDocument(content: object, mediaType = 'application/json; charset=utf-8'): Document {
  const text = Buffer.from(writeExactly(content));
  const tag = createHash('sha256').update(text).digest('base64url');
  return { answer: new Answer(text, {}, 0), tag, mediaType };
}

/** Sends a document, or that the caller holds it. */
export async function sendDocument(
  { request, reply, charge }: DocumentCall,
  { answer, tag, mediaType }: Document,
): Promise<void> {
  reply.headers(CACHE_HEADERS);
  const held = findHeldTag(request.headers['if-none-match'], tag);
  if (held) return void reply.status(304).header('etag', held).send();
  const { body, coding } = await answer.encoded(chooseCoding(request.headers['accept-encoding']));
  const bytes = request.method === 'HEAD' ? 0 : body.length;
  await charge?.take({ bytes });
  if (coding !== 'identity') reply.header('content-encoding', coding);
  // Strong: the bytes of this coding (RFC 9110 section 8.8.3).
  reply
    .headers({ etag: `"${tag}.${coding}"`, 'content-type': mediaType })
    .header('content-length', body.length)
    .send(bytes > 0 && charge ? charge.meter(body) : body);
}
