import { z } from 'zod';
import { contract } from '../contract';
import { TokenId } from '../ids';

/** The limits of a token that are counted over a calendar day or month of UTC. */
export const QuotaName = z.enum([
  'requestsPerDay',
  'requestsPerMonth',
  'rowsPerDay',
  'rowsPerMonth',
  'bytesPerDay',
  'bytesPerMonth',
  'queryMsPerDay',
  'queryMsPerMonth',
]);
export type QuotaName = z.infer<typeof QuotaName>;

/**
 * Asks for a part of a quota ahead of its use. The grant is counted as used before it is answered, so that all gateways
 * together can never use more; it is smaller the less is left, `atLeast` or nothing at all. One that gets lost is lost to the token, too.
 */
export const leaseQuota = contract({
  subject: 'tokens.quotas.lease',
  request: z.object({ tokenId: TokenId, quota: QuotaName, amount: z.int().min(1), atLeast: z.int().min(1) }),
  reply: z.object({
    granted: z.int().min(0),
    /** The rest of the quota that no gateway has been granted yet. */
    left: z.int().min(0),
    /** Names the day or month, which ends in `remainingMs` milliseconds. */
    period: z.string(),
    remainingMs: z.number().min(0),
  }),
  errors: ['token_not_found'],
});

/** Gives back what was granted and not used; of a period that is over it means nothing any more. */
export const returnQuota = contract({
  subject: 'tokens.quotas.return',
  request: z.object({ tokenId: TokenId, quota: QuotaName, period: z.string().max(10), amount: z.int().min(1) }),
  reply: z.object({}),
  errors: [],
});
