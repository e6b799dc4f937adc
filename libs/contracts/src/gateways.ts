import { z } from 'zod';
import { event } from './contract';

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
