import type { FastifyRequest } from 'fastify';
import { HttpProblem } from './problem';

const MAX_KEY_LENGTH = 255;

/** The field as documents describe it. */
export const idempotencyKeyField = {
  name: 'Idempotency-Key',
  description: 'Names this request: sent again with the same key within 24 hours, it happens once',
  schema: { type: 'string', minLength: 1, maxLength: MAX_KEY_LENGTH, pattern: '^[!-~]+$' },
} as const;

/** Reads the `Idempotency-Key` of a request (draft-ietf-httpapi-idempotency-key-header), in quotes or bare; null without. */
export function readIdempotencyKey({ headers }: FastifyRequest): string | null {
  const header = headers['idempotency-key'];
  if (header === undefined) return null;
  const key = String(header).replace(/^"(.*)"$/, '$1');
  if (key !== '' && key.length <= MAX_KEY_LENGTH && /^[\x21-\x7e]+$/.test(key)) return key;
  const detail = `1 to ${MAX_KEY_LENGTH} printable characters without spaces`;
  throw new HttpProblem('malformed_request', {
    detail: 'the Idempotency-Key is not valid',
    faults: [{ in: 'header', name: 'Idempotency-Key', code: 'invalid_value', detail }],
  });
}
