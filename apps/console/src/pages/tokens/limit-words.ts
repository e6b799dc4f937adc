import type { TokenLimits } from '@sluice/contracts/tokens/token-limits';
import { bytes, count, milliseconds, plural } from '../../ui/units';

/** The limits that are set, as people say them. */
export function limitWords(limits: TokenLimits): string[] {
  const { allowedAddresses, requestsPerSecond, burst } = limits;
  const words: string[] = [];
  if (allowedAddresses) words.push(`only from ${allowedAddresses.join(', ')}`);
  if (requestsPerSecond !== null) {
    words.push(`${plural(requestsPerSecond, 'request')} a second${burst === null ? '' : `, ${count(burst)} at once`}`);
  }
  const requests = (most: number) => plural(most, 'request');
  const rows = (most: number) => plural(most, 'row');
  const queries = (most: number) => `${milliseconds(most)} of queries`;
  const quotas = [
    [requests, limits.requestsPerDay, 'a day'],
    [requests, limits.requestsPerMonth, 'a month'],
    [rows, limits.rowsPerDay, 'a day'],
    [rows, limits.rowsPerMonth, 'a month'],
    [bytes, limits.bytesPerDay, 'a day'],
    [bytes, limits.bytesPerMonth, 'a month'],
    [queries, limits.queryMsPerDay, 'a day'],
    [queries, limits.queryMsPerMonth, 'a month'],
  ] as const;
  for (const [worded, most, span] of quotas) if (most !== null) words.push(`${worded(most)} ${span}`);
  return words;
}
