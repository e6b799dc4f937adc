import type { Api } from '@sluice/contracts/apis';
import type { Dataset, Version } from '@sluice/contracts/datasets';
import type { IssuedToken } from '@sluice/contracts/tokens';
import type { z } from 'zod';
import { Management } from '../../apps/standalone/src/first-start/management';
import { waitFor } from './wait-for';

const CSV = 'id,region,amount\n1,EU,19.50\n2,US,7.25\n3,EU,100.00\n';

export interface LiveEndpoint {
  management: Management;
  api: Api;
  /** Path and query on any gateway. */
  path: string;
  tokenId: string;
  secret: string;
}

/** The main job by management routes only: from a file to a live endpoint that a token opens. Names end in `suffix`. */
export async function publish(url: string, adminKey: string, suffix: string): Promise<LiveEndpoint> {
  const management = new Management(url, adminKey);
  const dataset = await management.post<Dataset>('/datasets', { name: `Orders ${suffix}` });
  const version = await management.call<Version>(`/datasets/${dataset.id}/versions`, {
    method: 'POST',
    body: Buffer.from(CSV),
    headers: { 'content-type': 'text/csv', prefer: 'wait=30' },
  });
  if (version.rowCount !== 3) throw new Error(`not imported: ${JSON.stringify(version)}`);
  const api = await management.post<Api>('/apis', { name: `Orders ${suffix}`, datasetId: dataset.id, active: true });
  const { token, secret } = await management.post<z.infer<typeof IssuedToken>>('/tokens', { name: `Reader ${suffix}` });
  await management.call(`/apis/${api.id}/tokens/${token.id}`, { method: 'PUT' });
  return { management, api, path: `/api/${api.path}?region=EU`, tokenId: token.id, secret };
}

/** One request of a consumer. */
export function read(url: string, { path, secret }: Pick<LiveEndpoint, 'path' | 'secret'>): Promise<Response> {
  return fetch(`${url}${path}`, { headers: { authorization: `Bearer ${secret}` } });
}

/** Returns when the endpoint answers with the two rows that match. */
export async function whenServed(url: string, endpoint: LiveEndpoint): Promise<void> {
  await waitFor(`rows from ${url}${endpoint.path}`, async () => {
    const response = await read(url, endpoint);
    const body = (await response.json()) as { data?: { id: number }[] };
    if (response.status !== 200) throw new Error(JSON.stringify(body));
    return body.data?.map(({ id }) => id).join() === '1,3';
  });
}
