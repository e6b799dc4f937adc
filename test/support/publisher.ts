import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Dataset, Version } from '@sluice/contracts/catalogue/datasets';
import { Import } from '@sluice/contracts/catalogue/imports';
import { pageOf } from '@sluice/contracts/page';
import { Api, type CreateApi } from '@sluice/contracts/registry/apis';
import { IssuedToken, type IssueToken } from '@sluice/contracts/tokens/tokens';
import type { z } from 'zod';
import { projectRoot } from '../../apps/standalone/src/machine/project-root';

/** An answer with its body read: parsed where it is JSON. */
export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  json: unknown;
}

export async function answerTo(url: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(url, init);
  const text = await response.text();
  const isJson = /[/+]json/.test(response.headers.get('content-type') ?? '');
  return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : undefined };
}

/** A real file of the vega-datasets package. */
export function vegaFile(name: string): Promise<Buffer> {
  return readFile(join(projectRoot, 'node_modules/vega-datasets/data', name));
}

const mediaTypes: Readonly<Record<string, string>> = {
  csv: 'text/csv',
  tsv: 'text/tab-separated-values',
  json: 'application/json',
  ndjson: 'application/x-ndjson',
  parquet: 'application/vnd.apache.parquet',
};

/** Uses the management routes of one gateway with an admin key, and expects them to work. */
export class Publisher {
  /** `at` is read at each request, so that a stack can be given before it is started. */
  constructor(private readonly at: { readonly url: string; readonly adminKey: string }) {}

  get url(): string {
    return this.at.url;
  }

  /** Any management request, whatever its answer. */
  call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const isJson = body !== undefined && !(body instanceof Uint8Array) && typeof body !== 'string';
    return answerTo(`${this.url}/manage/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.at.adminKey}`,
        ...(isJson && { 'content-type': 'application/json' }),
        ...headers,
      },
      body: isJson ? JSON.stringify(body) : (body as RequestInit['body']),
    });
  }

  async dataset(name: string): Promise<Dataset> {
    return expectBody(Dataset, 201, await this.call('POST', '/datasets', { name }));
  }

  upload(datasetId: string, kind: string, file: Uint8Array | string, query = ''): Promise<Answer> {
    const headers = { 'content-type': mediaTypes[kind] ?? kind, prefer: 'wait=30' };
    return this.call('POST', `/datasets/${datasetId}/versions${query}`, file, headers);
  }

  async version(datasetId: string, kind: string, file: Uint8Array | string, query = ''): Promise<Version> {
    return expectBody(Version, 201, await this.upload(datasetId, kind, file, query));
  }

  async import(id: string): Promise<Import> {
    return expectBody(Import, 200, await this.call('GET', `/imports/${id}`));
  }

  async api(definition: z.input<typeof CreateApi>): Promise<Api> {
    return expectBody(Api, 201, await this.call('POST', '/apis', definition));
  }

  /** Deletes every API there is. */
  async deleteApis(): Promise<void> {
    for (;;) {
      const { data } = expectBody(pageOf(Api), 200, await this.call('GET', '/apis?_limit=200'));
      if (data.length === 0) return;
      for (const { id } of data) {
        const { status, text } = await this.call('DELETE', `/apis/${id}`);
        if (status !== 204) throw new Error(`${status}: ${text}`);
      }
    }
  }

  async token(
    name: string,
    more: Omit<z.input<typeof IssueToken>, 'name'> = {},
  ): Promise<z.output<typeof IssuedToken>> {
    return expectBody(IssuedToken, 201, await this.call('POST', '/tokens', { name, ...more }));
  }

  async assign(apiId: string, tokenId: string): Promise<void> {
    const { status, text } = await this.call('PUT', `/apis/${apiId}/tokens/${tokenId}`);
    if (status !== 204) throw new Error(`${status}: ${text}`);
  }

  /** A live API over one file, and a secret that opens it. */
  async publish(
    name: string,
    kind: string,
    file: Uint8Array | string,
  ): Promise<{ api: Api; secret: string; tokenId: string }> {
    const dataset = await this.dataset(name);
    await this.version(dataset.id, kind, file);
    const api = await this.api({ name, datasetId: dataset.id, active: true });
    const { token, secret } = await this.token(name);
    await this.assign(api.id, token.id);
    return { api, secret, tokenId: token.id };
  }
}

function expectBody<Schema extends z.ZodType>(schema: Schema, status: number, answer: Answer): z.output<Schema> {
  if (answer.status !== status) throw new Error(`${answer.status} instead of ${status}: ${answer.text}`);
  return schema.parse(answer.json);
}

/** A data request, as an external system sends it. */
export function read(
  gateway: string,
  path: string,
  secret: string,
  headers: Record<string, string> = {},
): Promise<Answer> {
  return answerTo(`${gateway}/api/${path}`, { headers: { authorization: `Bearer ${secret}`, ...headers } });
}
