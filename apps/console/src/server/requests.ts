import type { LoggedRequest, RequestLogFilter } from '@sluice/contracts/registry/request-log';
import { infiniteQueryOptions } from '@tanstack/react-query';
import { request } from './request';

/** Which requests are wanted, as the address of the page holds it. */
export type RequestsWanted = RequestLogFilter;

export const outcomes = ['success', 'failure', 'client_error', 'server_error'] as const;

const PAGE = '50';

export const requestsQuery = (wanted: RequestsWanted) =>
  infiniteQueryOptions({
    queryKey: ['requests', wanted],
    queryFn: ({ pageParam, signal }) => {
      const asked = new URLSearchParams({ _limit: PAGE, ...(pageParam && { _cursor: pageParam }) });
      for (const [name, value] of Object.entries(wanted)) if (value) asked.set(name, value);
      return request<{ data: LoggedRequest[]; page: { nextCursor: string | null } }>(`/usage/requests?${asked}`, {
        signal,
      });
    },
    initialPageParam: '',
    getNextPageParam: ({ page }) => page.nextCursor,
  });
