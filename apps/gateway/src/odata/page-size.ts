import type { FastifyReply, FastifyRequest } from 'fastify';

/** Reads how many rows a caller prefers an answer to have at most (OData 4.0 part 1, section 8.2.8.5), and tells that it is so. */
export function maxPageSize({ headers }: FastifyRequest, reply: FastifyReply): number | null {
  const prefer = [headers.prefer ?? ''].flat().join();
  const [, name, size] = /(?:^|[,;\s])((?:odata\.)?maxpagesize)\s*=\s*"?(\d{1,9})(?!\d)/i.exec(prefer) ?? [];
  if (name === undefined || Number(size) < 1) return null;
  reply.header('preference-applied', `${name.toLowerCase()}=${size}`);
  return Number(size);
}
