import type { Fault } from '@sluice/contracts/fault';
import { noLimits, type TokenLimits, type TokenLimitsChange } from '@sluice/contracts/tokens/token-limits';

/** The limits after a change: what is absent stays, null of the whole is no limit at all. */
export function changedLimits(limits: TokenLimits, change: TokenLimitsChange | null | undefined): TokenLimits {
  if (change === undefined) return limits;
  return change === null ? noLimits : { ...limits, ...change };
}

/** Finds the limits that contradict each other, though each of them is valid. */
export function limitFaults({ requestsPerSecond, burst }: TokenLimits): Fault[] {
  if (burst === null || (requestsPerSecond !== null && burst >= requestsPerSecond)) return [];
  const detail =
    requestsPerSecond === null
      ? 'A burst needs requestsPerSecond beside it'
      : `A burst below requestsPerSecond (${requestsPerSecond}) would be the lower limit`;
  return [{ in: 'body', pointer: '/limits/burst', code: 'invalid_value', detail }];
}
