import type { AuditAction, AuditEntry, AuditedKind } from '@sluice/contracts/audit';
import { infiniteQueryOptions } from '@tanstack/react-query';
import { request } from './request';

/** Which entries are wanted, as the address of the page holds it. */
export interface AuditWanted {
  actor?: string;
  resource?: string;
  type?: AuditedKind;
  action?: AuditAction;
  /** Days, both inclusive, in local time. */
  from?: string;
  to?: string;
}

const PAGE = '50';

function queryOf({ from, to, ...wanted }: AuditWanted): URLSearchParams {
  const asked = new URLSearchParams();
  for (const [name, value] of Object.entries(wanted)) if (value) asked.set(name, value);
  if (from) asked.set('from', new Date(`${from}T00:00`).toISOString());
  if (to) {
    const after = new Date(`${to}T00:00`);
    after.setDate(after.getDate() + 1);
    asked.set('to', after.toISOString());
  }
  return asked;
}

export const auditQuery = (wanted: AuditWanted) =>
  infiniteQueryOptions({
    queryKey: ['audit', wanted],
    queryFn: ({ pageParam, signal }) => {
      const asked = queryOf(wanted);
      asked.set('_limit', PAGE);
      if (pageParam) asked.set('_cursor', pageParam);
      return request<{ data: AuditEntry[]; page: { nextCursor: string | null } }>(`/audit?${asked}`, { signal });
    },
    initialPageParam: '',
    getNextPageParam: ({ page }) => page.nextCursor,
  });

/** Everything that fits, as one JSON object per line; the browser downloads it by itself. */
export const auditExport = (wanted: AuditWanted) => `/manage/v1/audit/export?${queryOf(wanted)}`;
