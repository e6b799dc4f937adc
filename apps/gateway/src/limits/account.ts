import type { QuotaName } from '@sluice/contracts/tokens/quotas';
import type { Policy } from './limit-fields';
import type { QuotaLease } from './quota-lease';

/** What quotas count. */
export type Unit = 'requests' | 'rows' | 'bytes' | 'milliseconds';

/** One quota of a token: what callers are told of it, and what this gateway holds of it. */
export interface Account {
  quota: QuotaName;
  unit: Unit;
  policy: Policy;
  lease: QuotaLease;
}
