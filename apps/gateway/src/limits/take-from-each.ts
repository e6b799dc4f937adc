import { andThen, type Soon } from '@sluice/runtime/at-once';
import type { Account } from './account';

/**
 * Takes an amount from one account after the other, and waits only where one has to ask its owner; of 0 something has to be
 * left. Where one refuses, what was taken from those before it goes back.
 */
export function takeFromEach(
  accounts: readonly Account[],
  amountOf: (account: Account) => number,
  refuse: (account: Account) => never,
  from = 0,
): Soon<void> {
  for (let index = from; index < accounts.length; index++) {
    const account = accounts[index] as Account;
    const amount = amountOf(account);
    const taken = amount === 0 ? account.lease.hasAny() : account.lease.take(amount);
    if (taken === true) continue;
    return andThen(taken, (granted) => {
      if (granted) return takeFromEach(accounts, amountOf, refuse, index + 1);
      for (const before of accounts.slice(0, index)) putBack(before, amountOf(before));
      return refuse(account);
    });
  }
}

function putBack({ lease }: Account, amount: number): void {
  if (amount > 0) lease.keep({ period: lease.period, amount });
}
