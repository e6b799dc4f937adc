import type { TokenLimits } from '@sluice/contracts/tokens/token-limits';
import { count, plural } from '../../ui/units';

/** The limits that are set, as people say them. */
export function limitWords(limits: TokenLimits): string[] {
  const { allowedAddresses, requestsPerSecond, burst } = limits;
  const words: string[] = [];
  if (allowedAddresses) words.push(`only from ${allowedAddresses.join(', ')}`);
  if (requestsPerSecond !== null) {
    words.push(`${plural(requestsPerSecond, 'request')} a second${burst === null ? '' : `, ${count(burst)} at once`}`);
  }
  const quotas = [
    ['request', limits.requestsPerDay, 'a day'],
    ['request', limits.requestsPerMonth, 'a month'],
    ['row', limits.rowsPerDay, 'a day'],
    ['row', limits.rowsPerMonth, 'a month'],
  ] as const;
  for (const [what, most, span] of quotas) if (most !== null) words.push(`${plural(most, what)} ${span}`);
  return words;
}
