import type { Fault } from '@sluice/contracts/fault';

/** The faults at a place and at what is inside it. */
export function faultsUnder(faults: readonly Fault[], place: string): readonly Fault[] {
  return faults.filter(({ pointer }) => pointer === place || pointer?.startsWith(`${place}/`));
}
