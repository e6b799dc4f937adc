import type {
  Api,
  ApiValidity,
  CreateApi,
  countApis,
  Method,
  UpdateApi,
  ValidateApi,
} from '@sluice/contracts/registry/apis';
import type { Domain } from '@sluice/contracts/registry/domains';
import { queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import { type ListAsked, listQuery } from './lists';
import { request, requestList } from './request';

/** All that was asked about APIs. */
export const apisKey = ['apis'];

export const methods = ['GET', 'POST'] as const satisfies readonly Method[];

/** What the list of APIs is searched, narrowed and sorted by. */
export interface ApisWanted {
  q?: string;
  sort?: string;
  method?: Method;
  active?: boolean;
  datasetId?: string;
  tokenId?: string;
}

export const apisQuery = (asked: ListAsked) => listQuery<Api>('apis', asked);

/** All APIs over a dataset. */
export const apisOverQuery = (datasetId: string) =>
  queryOptions({
    queryKey: ['apis', 'over', datasetId],
    queryFn: ({ signal }) => requestList<Api>(`/apis?datasetId=${datasetId}`, signal),
  });

/** All APIs that a token opens. */
export const apisOpenedQuery = (tokenId: string) =>
  queryOptions({
    queryKey: ['apis', 'opened', tokenId],
    queryFn: ({ signal }) => requestList<Api>(`/apis?tokenId=${tokenId}`, signal),
  });

/** How many APIs there are over each dataset of a list, and how many each token of one opens. */
export const apiCountsQuery = (of: { datasetIds?: readonly string[]; tokenIds?: readonly string[] }) =>
  queryOptions({
    queryKey: ['apis', 'counts', of],
    queryFn: async ({ signal }) => {
      const counted = await Promise.all(
        Object.entries(of).flatMap(([name, ids]) =>
          pagesOf(ids).map((some) => request<ApiCounts>(`/apis/counts?${name}=${some.join()}`, { signal })),
        ),
      );
      return Object.assign({}, ...counted.map(({ counts }) => counts)) as ApiCounts['counts'];
    },
  });

type ApiCounts = z.output<typeof countApis.reply>;

/** As many ids as one question may name. */
const COUNTED_AT_ONCE = 200;

function pagesOf(ids: readonly string[]): string[][] {
  const pages: string[][] = [];
  for (let first = 0; first < ids.length; first += COUNTED_AT_ONCE) {
    pages.push(ids.slice(first, first + COUNTED_AT_ONCE));
  }
  return pages;
}

export const apiQuery = (id: string) =>
  queryOptions({ queryKey: ['apis', id], queryFn: ({ signal }) => request<Api>(`/apis/${id}`, { signal }) });

export const domainsQuery = queryOptions({
  queryKey: ['domains'],
  queryFn: async ({ signal }) => (await request<{ data: Domain[] }>('/domains', { signal })).data,
});

export const addDomain = (name: string) => request<Domain>('/domains', { method: 'POST', body: { name } });

export const removeDomain = (name: string) => request<void>(`/domains/${name}`, { method: 'DELETE' });

export const validityQuery = (asked: z.input<typeof ValidateApi>) =>
  queryOptions({
    queryKey: ['api-validity', asked],
    queryFn: ({ signal }) =>
      request<z.output<typeof ApiValidity>>('/apis/validate', { method: 'POST', body: asked, signal }),
    staleTime: 5_000,
    retry: false,
  });

export const createApi = (body: z.input<typeof CreateApi>, idempotencyKey?: string) =>
  request<Api>('/apis', { method: 'POST', body, idempotencyKey });

export const updateApi = ({ id, revision }: Api, body: z.input<typeof UpdateApi>) =>
  request<Api>(`/apis/${id}`, { method: 'PATCH', body, revision });

export const deleteApi = (id: string) => request<void>(`/apis/${id}`, { method: 'DELETE' });

export const setApiActive = (id: string, active: boolean) =>
  request<Api>(`/apis/${id}/${active ? 'activate' : 'deactivate'}`, { method: 'POST' });

export const assignToken = (id: string, tokenId: string) =>
  request<void>(`/apis/${id}/tokens/${tokenId}`, { method: 'PUT' });

export const unassignToken = (id: string, tokenId: string) =>
  request<void>(`/apis/${id}/tokens/${tokenId}`, { method: 'DELETE' });
