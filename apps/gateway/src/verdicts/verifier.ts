import type { SecretHash } from '@sluice/contracts/tokens/secret-hash';
import { NotSent, ServiceError } from '@sluice/messaging/service-error';
import type { z } from 'zod';
import type { Provable, Verify } from './verdict-cache';

/** Why a secret is refused is the tokens service's knowledge; outside every refusal looks the same. */
export function verifier<V extends Provable>(
  refusals: readonly string[],
  ask: (request: { secretHash: z.output<typeof SecretHash> }) => Promise<V>,
): Verify<V> {
  return async (secretHash) => {
    try {
      return await ask({ secretHash });
    } catch (error) {
      if (error instanceof ServiceError && refusals.includes(error.code)) return null;
      // Whatever the caller wanted was not begun.
      throw error instanceof ServiceError ? new NotSent('tokens cannot be verified now') : error;
    }
  };
}
