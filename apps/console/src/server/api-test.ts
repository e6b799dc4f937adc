import type { TestApi, TestedApi } from '@sluice/contracts/api-test';
import type { Snippet, SnippetLanguage } from '@sluice/contracts/snippets';
import { queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import { request } from './request';

export const testApi = (id: string, body: z.input<typeof TestApi>) =>
  request<TestedApi>(`/apis/${id}/test`, { method: 'POST', body });

export const snippetQuery = (id: string, language: SnippetLanguage, query: string) =>
  queryOptions({
    queryKey: ['apis', id, 'snippets', language, query],
    queryFn: ({ signal }) =>
      request<Snippet>(`/apis/${id}/snippets?${new URLSearchParams({ language, query })}`, { signal }),
    staleTime: 60_000,
  });

/** The OpenAPI document of an API tells which version is served at the moment. */
export const servedVersionQuery = (id: string) =>
  queryOptions({
    queryKey: ['apis', id, 'served-version'],
    queryFn: async ({ signal }) => {
      const { info } = await request<{ info: { version: string } }>(`/apis/${id}/openapi.json`, { signal });
      return Number(info.version);
    },
    retry: false,
  });
