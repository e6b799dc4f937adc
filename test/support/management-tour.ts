import { type Publisher, read } from './publisher';

const FILE = 'id,city\n1,Rome\n2,Oslo\n';

/** Uses most of the product once, so that most messages are said; fails where the product does. */
export async function tour(publisher: Publisher): Promise<void> {
  const ask = async (method: string, path: string, body?: unknown, headers?: Record<string, string>) => {
    const answer = await publisher.call(method, path, body, headers);
    if (answer.status >= 400) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    return answer;
  };
  const { api, secret, tokenId } = await publisher.publish('Toured', 'csv', FILE);
  const { datasetId, path } = api;
  const settings: Partial<Parameters<Publisher['api']>[0]> = {
    exposed: ['id'],
    rowFilter: { city: { eq: { $param: 'city' } } },
    parameters: [{ name: 'city', type: 'text', default: 'Rome' }],
    limits: { maxPage: 10 },
    cors: { origins: ['https://app.example.com'] },
  };
  const full = await publisher.api({ name: 'Full', datasetId, active: true, ...settings });
  const send = { fields: { city: { required: true } }, csv: { delimiter: ';' as const } };
  const sends = await publisher.api({ name: 'Toured sends', datasetId, path, method: 'POST', active: true, send });
  for (const { id } of [full, sends]) await publisher.assign(id, tokenId);
  const limited = await publisher.token('Limited', { limits: { requestsPerDay: 1_000, rowsPerDay: 1_000 } });
  await publisher.assign(api.id, limited.token.id);
  await ask('POST', '/apis/validate', { name: 'Other', datasetId, ...settings });
  await ask('POST', '/domains', { name: 'data.example.com' });
  for (const list of ['datasets', 'apis', 'tokens', 'admins', 'admin-keys', 'domains', 'audit', 'usage', 'imports'])
    await publisher.call('GET', `/${list}`);
  for (const one of [`datasets/${datasetId}`, `datasets/${datasetId}/versions`, `apis/${api.id}`, `tokens/${tokenId}`])
    await ask('GET', `/${one}`);
  const authorization = `Bearer ${secret}`;
  const post = async () =>
    (
      await fetch(`${publisher.url}/api/${path}`, {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/json', 'idempotency-key': 'toured' },
        body: '{"id":3,"city":"Bern"}',
      })
    ).status;
  if ((await post()) !== 201) throw new Error('no row was taken');
  for (const search of [
    '',
    '?city__in=Rome&city__in=Oslo',
    '?_group=city&_agg=count',
    '/_export',
    '/_schema',
    '?_format=csv',
  ])
    await read(publisher.url, `${path}${search}`, secret);
  for (const each of [full.path, path]) await read(publisher.url, each, limited.secret);
  const { json } = await ask('GET', `/apis/${api.id}`);
  const ifMatch = { 'if-match': `"${(json as { revision: number }).revision}"` };
  await ask('PATCH', `/apis/${api.id}`, { description: 'toured' }, ifMatch);
  await ask('POST', `/tokens/${limited.token.id}/rotate`, { graceSeconds: 60 });
  await ask('POST', `/tokens/${limited.token.id}/revoke`);
  await ask('POST', `/apis/${full.id}/deactivate`);
  await ask('DELETE', `/apis/${full.id}`);
}
