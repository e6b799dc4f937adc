import { readFile } from 'node:fs/promises';
import { get, type RequestOptions } from 'node:http';
import { join } from 'node:path';
import type { Dataset } from '@sluice/contracts/catalogue/datasets';
import type { Import } from '@sluice/contracts/catalogue/imports';
import type { Api } from '@sluice/contracts/registry/apis';
import type { IssuedToken, Token } from '@sluice/contracts/tokens/tokens';
import type { z } from 'zod';
import { gatewayUrl } from '../machine/listening-address';
import { projectRoot } from '../machine/project-root';
import { type Management, whenUp } from './management';

const NAME = 'Seattle weather';
const TOKEN_NAME = 'Sample token';
const DESCRIPTION = 'Daily weather in Seattle, 2012 to 2015 (NOAA), the sample that comes with Sluice';
const FILE = join(projectRoot, 'apps', 'standalone', 'sample', 'seattle-weather.csv');

interface List<Item> {
  data: Item[];
}

export interface GatewayAddress {
  host: string;
  port: number;
  publicUrl: string;
}

export interface Sample {
  slug: string;
  path: string;
}

/**
 * Makes the sample: a dataset from the file, an API over it, a token that opens it. Every step looks first at what an
 * interrupted start left behind, so that repeating all of it ends in the same state. Null when the installation already
 * has data of somebody's own.
 */
export async function makeSample(
  management: Management,
  gateway: GatewayAddress,
): Promise<{ sample: Sample; tokenSecret: string } | null> {
  const { data: datasets } = await management.get<List<Dataset>>('/datasets');
  const left = datasets.find(({ name }) => name === NAME);
  if (datasets.length > 0 && !left) return null;
  const dataset = left ?? (await management.post<Dataset>('/datasets', { name: NAME, description: DESCRIPTION }));
  if (dataset.latestVersion === null) await importFile(management, dataset.id);
  const api = await sampleApi(management, dataset.id);
  const { token, secret } = await freshToken(management);
  await management.call(`/apis/${api.id}/tokens/${token.id}`, { method: 'PUT' });
  await management.post(`/apis/${api.id}/activate`);
  await whenServed(gateway, `/api/${api.path}?_limit=1`, secret);
  return { sample: { slug: api.slug, path: api.path }, tokenSecret: secret };
}

async function importFile(management: Management, datasetId: string): Promise<void> {
  const started = await management.call<Partial<z.infer<typeof Import>>>(`/datasets/${datasetId}/versions`, {
    method: 'POST',
    body: await readFile(FILE),
    headers: { 'content-type': 'text/csv', prefer: 'wait=30' },
  });
  if (started.phase !== undefined && started.phase !== 'done') {
    throw new Error(`the sample's import did not finish: ${started.error?.detail ?? started.phase}`);
  }
}

async function sampleApi(management: Management, datasetId: string): Promise<Api> {
  const { data: apis } = await management.get<List<Api>>('/apis');
  const left = apis.find((api) => api.datasetId === datasetId);
  return left ?? management.post<Api>('/apis', { name: NAME, description: DESCRIPTION, datasetId });
}

/** A token whose secret was lost with an interrupted start is revoked, and another one takes its place. */
async function freshToken(management: Management): Promise<z.infer<typeof IssuedToken>> {
  const { data: tokens } = await management.get<List<Token>>('/tokens');
  const lost = tokens.filter(({ name }) => name.startsWith(TOKEN_NAME));
  for (const { id, state } of lost) if (state === 'active') await management.post(`/tokens/${id}/revoke`);
  const name = lost.length === 0 ? TOKEN_NAME : `${TOKEN_NAME} ${lost.length + 1}`;
  return management.post('/tokens', { name });
}

/** The printed line has to work when it is pasted: changes reach a gateway within a second, so this waits for them. */
async function whenServed(gateway: GatewayAddress, path: string, secret: string): Promise<void> {
  const { publicUrl } = gateway;
  const options = { headers: { authorization: `Bearer ${secret}`, host: new URL(publicUrl).host } };
  const response = await whenUp(async () => {
    const status = await statusOf(`${gatewayUrl(gateway)}${path}`, options);
    return new Response(null, { status: status === 200 ? 200 : 503 });
  });
  if (!response.ok) throw new Error(`${publicUrl}${path} does not answer`);
}

/** By the plain client, which lets the public host name be asked for at another address. */
function statusOf(url: string, options: RequestOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    get(url, options, (response) => {
      response.resume().once('end', () => resolve(response.statusCode ?? 0));
    }).once('error', reject);
  });
}
