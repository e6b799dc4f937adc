import { hashSecret } from '@sluice/runtime/secret-format';
import type { FastifyRequest } from 'fastify';

/** Gives the hash of the secret in the header of a request that the guard has let pass: there is one bearer token in it. */
export function hashOfSentToken({ headers }: Pick<FastifyRequest, 'headers'>): string {
  return hashSecret((headers.authorization ?? '').replace(/^bearer +/i, ''));
}
