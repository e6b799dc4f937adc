import type { QuotaName } from '@sluice/contracts/tokens/quotas';

/** A calendar day or month of UTC. */
export interface QuotaPeriod {
  /** `2026-11-23` or `2026-11`. */
  name: string;
  endsAt: Date;
}

export function periodOf(quota: QuotaName, wallMs: number): QuotaPeriod {
  const now = new Date(wallMs);
  const [year, month, day] = [now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()];
  return quota.endsWith('PerDay')
    ? { name: now.toISOString().slice(0, 10), endsAt: new Date(Date.UTC(year, month, day + 1)) }
    : { name: now.toISOString().slice(0, 7), endsAt: new Date(Date.UTC(year, month + 1, 1)) };
}
