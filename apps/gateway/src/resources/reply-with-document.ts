import type { FastifyReply } from 'fastify';

/** Sends what describes an API; it changes with the API and its data, so it is asked for again each time. */
export async function replyWithDocument(reply: FastifyReply, document: object): Promise<void> {
  await reply
    .headers({ 'cache-control': 'private, no-cache', 'content-type': 'application/json; charset=utf-8' })
    .send(JSON.stringify(document));
}
