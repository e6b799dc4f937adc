import { z } from 'zod';
import { contract } from '../contract';
import { Timestamp } from '../page';
import { SecretHash } from './secret-hash';

/** Where a secret was found that should be known to nobody but its holder. */
export const Leak = z
  .object({
    at: Timestamp.meta({ description: 'When it was reported' }),
    source: z.string().meta({ description: 'Who found it, or in what kind of place' }),
    url: z.string().nullable().meta({ description: 'The address where it can be seen' }),
  })
  .meta({ id: 'Leak' });
export type Leak = z.infer<typeof Leak>;

/**
 * Ends a secret that was found in public: its token or admin key is revoked, and of a rotated token a former secret ends.
 * `isKnown` tells whether it was a secret of this installation. Gateways that have applied `rev` refuse it; null where no
 * access token is concerned.
 */
export const reportLeak = contract({
  subject: 'tokens.leaks.report',
  request: z.object({ secretHash: SecretHash, source: z.string().max(200), url: z.string().max(2_000).nullable() }),
  reply: z.object({ isKnown: z.boolean(), rev: z.int().nullable() }),
  errors: [],
});
