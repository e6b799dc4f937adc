import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { envelope, nextLink } from './envelope';
import type { Page } from './pages';

/** Writes a page to the caller. The row bytes pass through untouched, large ones as they come. */
export async function sendPage(reply: FastifyReply, page: Page): Promise<void> {
  const next = nextLink(page);
  if (next) reply.header('link', `<${next}>; rel="next"`); // RFC 8288
  reply.headers({
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'private, no-cache',
    vary: 'Authorization, Accept, Accept-Encoding',
  });
  const { before, after } = envelope(page);
  if (page.bytes instanceof Uint8Array) {
    await reply.send(Buffer.concat([Buffer.from(before), page.bytes, Buffer.from(after)]));
  } else {
    await reply.send(Readable.from(around(before, page.bytes, after)));
  }
}

async function* around(before: string, bytes: AsyncIterable<Uint8Array>, after: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(before);
  yield* bytes;
  yield Buffer.from(after);
}
