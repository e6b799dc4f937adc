import type { Api, ApiValidity, CreateApi, UpdateApi, ValidateApi } from '@sluice/contracts/registry/apis';
import type { Domain } from '@sluice/contracts/registry/domains';
import { queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import { request, requestList } from './request';

export const apisQuery = queryOptions({
  queryKey: ['apis'],
  queryFn: ({ signal }) => requestList<Api>('/apis', signal),
});

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

export const createApi = (body: z.input<typeof CreateApi>) => request<Api>('/apis', { method: 'POST', body });

export const updateApi = ({ id, revision }: Api, body: z.input<typeof UpdateApi>) =>
  request<Api>(`/apis/${id}`, { method: 'PATCH', body, revision });

export const deleteApi = (id: string) => request<void>(`/apis/${id}`, { method: 'DELETE' });

export const setApiActive = (id: string, active: boolean) =>
  request<Api>(`/apis/${id}/${active ? 'activate' : 'deactivate'}`, { method: 'POST' });

export const assignToken = (id: string, tokenId: string) =>
  request<void>(`/apis/${id}/tokens/${tokenId}`, { method: 'PUT' });

export const unassignToken = (id: string, tokenId: string) =>
  request<void>(`/apis/${id}/tokens/${tokenId}`, { method: 'DELETE' });
