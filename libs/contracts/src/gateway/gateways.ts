import { z } from 'zod';
import { event } from '../contract';
import { TokenId } from '../ids';

/**
 * A gateway lives, and how far it has come: every change of tokens up to `tokenRev` and of APIs up to `configRev` counts
 * there. Told every 500 ms and at once after each change; `leaving` is its last word.
 */
export const gatewayBeat = event({
  subject: 'gateway.replicas.beat',
  payload: z.object({
    replica: z.string().min(1).max(300),
    tokenRev: z.int(),
    configRev: z.int(),
    leaving: z.boolean().default(false),
  }),
});

/** Tells how often tokens with a rate asked a gateway, and how often it let them, within the last window of their limit. */
export const ratesTold = event({
  subject: 'gateway.rates.told',
  payload: z.object({
    replica: z.string().min(1).max(300),
    rates: z.array(z.object({ tokenId: TokenId, demand: z.int().min(0), used: z.int().min(0) })).max(2_000),
  }),
});
