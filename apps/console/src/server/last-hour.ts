import type { Usage } from '@sluice/contracts/registry/usage';
import { request } from './request';
import type { UsageOf } from './usage';

/** How much was asked for in the last hour, and by how many tokens of which APIs. */
export interface LastHour {
  requests: number;
  tokens: number;
  apis: number;
}

/** Reads it anew: who cuts something off wants to know what holds now. Fails where usage cannot be read. */
export async function readLastHour(of: UsageOf): Promise<LastHour> {
  const { totals, tokens, apis } = await request<Usage>(`/usage?${new URLSearchParams({ range: '1h', ...of })}`);
  return { requests: totals.requests, tokens: tokens.length, apis: apis.length };
}
