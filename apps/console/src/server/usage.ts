import type { SeenRequest, Usage, UsageFilter, UsageRange } from '@sluice/contracts/registry/usage';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { request } from './request';

/** Selects the usage of everything, or of one API, token or dataset. */
export type UsageOf = Omit<UsageFilter, 'range'>;

const LOOK_AGAIN_MS = 10_000;
const TRY_AGAIN_MS = 3_000;

export const usageQuery = (range: UsageRange, of: UsageOf) =>
  queryOptions({
    queryKey: ['usage', range, of],
    queryFn: ({ signal }) => request<Usage>(`/usage?${new URLSearchParams({ range, ...of })}`, { signal }),
    refetchInterval: LOOK_AGAIN_MS,
    placeholderData: keepPreviousData,
  });

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const spans = [
  ['1h', HOUR_MS],
  ['24h', DAY_MS],
  ['7d', 7 * DAY_MS],
  ['30d', 30 * DAY_MS],
] as const satisfies readonly (readonly [UsageRange, number])[];

/** Finds the span of time that what there is fills best: the shortest one that holds the last day of it whole, or all of what is older. */
export const fittingRangeQuery = (of: UsageOf) =>
  queryOptions({
    queryKey: ['usage', 'fitting', of],
    queryFn: async ({ signal }): Promise<UsageRange> => {
      const ask = (range: UsageRange) => request<Usage>(`/usage?${new URLSearchParams({ range, ...of })}`, { signal });
      const ofDay = await ask('24h');
      const usage = ofDay.totals.requests > 0 ? ofDay : await ask('90d');
      const times = usage.series.filter(({ requests }) => requests > 0).map(({ at }) => Date.parse(at));
      if (times.length === 0) return '24h';
      // A step that the hour cuts into counts as within it.
      const age = Date.parse(usage.to) - Math.min(...times) - usage.stepSeconds * 1_000;
      return spans.find(([, span]) => age <= span)?.[0] ?? '90d';
    },
    // Who looks at figures keeps their span, whatever comes meanwhile.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });

/** Every request from now on, until the returned function is called. A line that broke is taken up again. */
export function watchRequests(
  { apiId, tokenId }: UsageOf,
  onRequest: (seen: SeenRequest) => void,
  onOpen: () => void,
): () => void {
  const query = new URLSearchParams({ ...(apiId && { apiId }), ...(tokenId && { tokenId }) });
  let events: EventSource;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const open = () => {
    events = new EventSource(`/manage/v1/usage/live?${query}`);
    events.addEventListener('open', onOpen);
    events.addEventListener('request', ({ data }: MessageEvent<string>) => onRequest(JSON.parse(data)));
    events.onerror = () => {
      if (events.readyState === EventSource.CLOSED) timer = setTimeout(open, TRY_AGAIN_MS);
    };
  };
  open();
  return () => {
    clearTimeout(timer);
    events.close();
  };
}
