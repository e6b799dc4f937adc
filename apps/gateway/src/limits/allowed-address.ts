import type { TokenLimits } from '@sluice/contracts/tokens/token-limits';
import type { Verdict } from '@sluice/contracts/tokens/tokens';
import { HttpProblem } from '../http/problem';
import { AddressList } from './client-address';

const lists = new WeakMap<TokenLimits, AddressList>();

/** Fails with `address_not_allowed` where the token may only be used from other addresses. */
export function refuseForeignAddress({ limits }: Verdict, address: string): void {
  if (!limits?.allowedAddresses) return;
  const list = lists.get(limits) ?? new AddressList(limits.allowedAddresses);
  lists.set(limits, list);
  if (!list.has(address))
    throw new HttpProblem('address_not_allowed', { detail: 'ask its publisher to allow the address of this client' });
}
