import { z } from 'zod';
import { contract } from '../contract';

const Hash = z.string().regex(/^[0-9a-f]{64}$/);

/** The answer to a management request as it is told again: the body is JSON text, null where it held a secret. */
export const KeptAnswer = z.object({
  status: z.int(),
  headers: z.record(z.string(), z.string()),
  body: z.string().max(300_000).nullable(),
});
export type KeptAnswer = z.infer<typeof KeptAnswer>;

/**
 * Takes a key for one request (draft-ietf-httpapi-idempotency-key-header): `fresh` for the one that may go on, the kept
 * answer for those that come later. `key` is a hash over who asks, what, and the key that was sent.
 */
export const claimKey = contract({
  subject: 'registry.idempotency-keys.claim',
  request: z.object({ key: Hash, bodyHash: Hash }),
  reply: z.object({ answer: KeptAnswer.nullable() }),
  errors: ['idempotency_in_progress', 'idempotency_key_reused'],
});

/** Keeps the answer for 24 hours, or with null gives the key back, because nothing came of the request. */
export const settleKey = contract({
  subject: 'registry.idempotency-keys.settle',
  request: z.object({ key: Hash, answer: KeptAnswer.nullable() }),
  reply: z.object({}),
  errors: [],
});
