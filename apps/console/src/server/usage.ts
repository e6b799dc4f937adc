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
