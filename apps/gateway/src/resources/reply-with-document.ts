import { createHash } from 'node:crypto';
import { writeExactly } from '@sluice/query/describing/exact-json';
import { Answer } from '../answering/answer-cache';
import { CACHE_HEADERS, findHeldTag } from '../answering/cache-headers';
import { chooseCoding } from '../http/content-coding';
import type { DataCall } from './resource';

/** Sends what describes an API, or that the caller holds it: it changes with the API and its data, and so does its tag. */
export async function replyWithDocument(
  { request, reply, charge }: Pick<DataCall, 'request' | 'reply' | 'charge'>,
  document: object,
): Promise<void> {
  const text = Buffer.from(writeExactly(document));
  const tag = createHash('sha256').update(text).digest('base64url');
  reply.headers(CACHE_HEADERS);
  const held = findHeldTag(request.headers['if-none-match'], tag);
  if (held) return void reply.status(304).header('etag', held).send();
  const { body, coding } = await new Answer(text, {}, 0).encoded(chooseCoding(request.headers['accept-encoding']));
  const bytes = request.method === 'HEAD' ? 0 : body.length;
  await charge?.take({ bytes });
  if (coding !== 'identity') reply.header('content-encoding', coding);
  // Strong: the bytes of this coding (RFC 9110 section 8.8.3).
  reply
    .headers({ etag: `"${tag}.${coding}"`, 'content-type': 'application/json; charset=utf-8' })
    .header('content-length', body.length)
    .send(bytes > 0 && charge ? charge.meter(body) : body);
}
