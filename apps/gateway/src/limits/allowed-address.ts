import type { TokenLimits } from '@sluice/contracts/tokens/token-limits';
import type { Verdict } from '@sluice/contracts/tokens/tokens';
import { remembered } from '@sluice/runtime/remembered';
import { HttpProblem } from '../http/problem';
import { AddressList } from './client-address';

const allowedBy = remembered(({ allowedAddresses }: TokenLimits) => new AddressList(allowedAddresses ?? []));

/** Fails with `address_not_allowed` where the token may only be used from other addresses. */
export function refuseForeignAddress({ limits }: Verdict, address: string): void {
  if (!limits?.allowedAddresses) return;
  if (!allowedBy(limits).has(address))
    throw new HttpProblem('address_not_allowed', { detail: 'ask its publisher to allow the address of this client' });
}
