import type { verifyAdminKey, verifySession } from '@sluice/contracts/admin-verdicts';
import type { Contract, ReplyOf, RequestInput } from '@sluice/contracts/contract';
import type { verifyToken } from '@sluice/contracts/tokens';
import { ServiceError } from '@sluice/messaging/service-error';
import type { Services } from '@sluice/messaging/services';
import type { Verify } from './verdict-cache';

/** Why a secret is refused is the tokens service's knowledge; outside every refusal looks the same. */
export function verifier<C extends typeof verifyToken | typeof verifyAdminKey | typeof verifySession>(
  services: Services,
  contract: C,
): Verify<ReplyOf<C>> {
  const refusals: readonly string[] = contract.errors satisfies Contract['errors'];
  return async (secretHash) => {
    try {
      return (await services.request(contract, { secretHash } as RequestInput<C>)) as ReplyOf<C>;
    } catch (error) {
      if (error instanceof ServiceError && refusals.includes(error.code)) return null;
      throw error instanceof ServiceError ? new ServiceError('unavailable', 'tokens cannot be verified now') : error;
    }
  };
}
