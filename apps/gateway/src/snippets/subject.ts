import type { ListedFormat } from '@sluice/contracts/formats';
import type { Method } from '@sluice/contracts/registry/apis';

/** The environment variable that holds the token: no program of ours holds one itself. */
export const TOKEN_VARIABLE = 'SLUICE_TOKEN';

/** What a program is written for. */
export interface Subject {
  api: {
    method: Method;
    /** Whether the whole result can be had at once. */
    export: boolean;
    formats: readonly ListedFormat[];
    limits: { maxPage: number };
    /** Its own parameters, which are no fields. */
    parameters?: readonly { name: string }[];
  };
  url: string;
  /** The address of its entity set; null where it has none. */
  odataUrl: string | null;
  /** Without `?`. */
  query: string;
  /** The rows that a POST sends, as JSON. */
  body?: string;
}

export type Parameter = [name: string, value: string];

/** One request as a program of another language sends it. */
export interface SnippetRequest {
  url: string;
  parameters: Parameter[];
  /** Names among them that are the API's own. */
  own: readonly string[];
  /** The JSON that is sent; null for a request that reads. */
  body: string | null;
}

/** Writes the program of one request. */
export type Program = (request: SnippetRequest) => string;

/** Writes the whole address. An asterisk is encoded too: some readers of files take it for a pattern. */
export function addressOf({ url, parameters }: Pick<SnippetRequest, 'url' | 'parameters'>): string {
  const search = new URLSearchParams(parameters).toString().replaceAll('*', '%2A');
  return search === '' ? url : `${url}?${search}`;
}

export function requestOf({ api, url, query, body = '[]' }: Subject): SnippetRequest {
  const own = (api.parameters ?? []).map(({ name }) => name);
  return {
    ...{ url, parameters: [...new URLSearchParams(query)], own },
    body: api.method === 'POST' ? plainJson(body) : null,
  };
}

const TOKENS = /("(?:[^"\\]|\\.)*")|\s+/g;

/** The same JSON on one line of ASCII. No digit is lost, because it is never read as a value. */
export function plainJson(body: string): string {
  return body
    .replaceAll(TOKENS, (_, text: string | undefined) => text ?? '')
    .replaceAll(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
