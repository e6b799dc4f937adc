import type { TestApi, TestedApi } from '@sluice/contracts/gateway/api-test';
import type { Snippet, SnippetLanguage } from '@sluice/contracts/gateway/snippets';
import { queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import { request } from './request';

export const testApi = (id: string, body: z.input<typeof TestApi>) =>
  request<TestedApi>(`/apis/${id}/test`, { method: 'POST', body });

/** The rows are sent as the text that was typed: no digit is lost on the way. */
export const snippetQuery = (id: string, language: SnippetLanguage, query: string, body: string | null) =>
  queryOptions({
    queryKey: ['apis', id, 'snippets', language, query, body],
    queryFn: ({ signal }) =>
      request<Snippet>(
        `/apis/${id}/snippets?${new URLSearchParams({ language, query, ...(body !== null && { body }) })}`,
        { signal },
      ),
    staleTime: 60_000,
  });

interface OpenApi {
  info: { version: string };
  paths: Record<string, { post?: { requestBody: { content: Record<string, { example?: unknown }> } } }>;
}

/** The OpenAPI document of an API tells which version is served at the moment, and how a row that is taken looks. */
export const documentQuery = (id: string) =>
  queryOptions({
    queryKey: ['apis', id, 'document'],
    queryFn: async ({ signal }) => {
      const { info, paths } = await request<OpenApi>(`/apis/${id}/openapi.json`, { signal });
      const [post] = Object.values(paths).flatMap((path) => path.post ?? []);
      const example = post?.requestBody.content['application/json']?.example;
      return {
        version: Number(info.version),
        example: example === undefined ? null : JSON.stringify(example, null, 2),
      };
    },
    retry: false,
  });
