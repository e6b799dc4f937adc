import { answerTo, type Publisher, read } from './publisher';

/** A line of an answer of Delta Sharing. */
export type Line = Record<string, Record<string, unknown>>;

const TOWNS = 'id,city,size,founded,secret\n1,Rome,60,0753-04-21,a\n2,Oslo,70,1048-01-01,b\n3,Bern,10,1191-01-01,c\n';

/** Commits 1 to 5 of a dataset with a key: a file, two sends, a file, a send; the API hides a field and small towns. */
export async function shareTowns(publisher: Publisher, name: string) {
  const { id: datasetId } = await publisher.dataset(name);
  const { headers } = await publisher.call('GET', `/datasets/${datasetId}`);
  await publisher.call(
    'PATCH',
    `/datasets/${datasetId}`,
    { keyFields: ['id'] },
    { 'if-match': headers.get('etag') ?? '' },
  );
  await publisher.version(datasetId, 'csv', TOWNS);
  const path = name.toLowerCase().replaceAll(' ', '-');
  const settings = { exposed: ['id', 'city', 'size', 'founded'], rowFilter: { size: { gte: 50 } } };
  const api = await publisher.api({ name, datasetId, path, active: true, ...settings });
  const sender = await publisher.api({ name: `${name} in`, datasetId, path, method: 'POST', active: true });
  const { token, secret } = await publisher.token(name);
  for (const { id } of [api, sender]) await publisher.assign(id, token.id);
  let snapshot = '';
  const send = async (...rows: object[]) => {
    const sent = await answerTo(`${publisher.url}/api/${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
      body: JSON.stringify(rows),
    });
    expect(sent).toMatchObject({ status: 201 });
    snapshot = sent.headers.get('sluice-snapshot') ?? '';
  };
  const town = (id: number, city: string, size: number) => ({ id, city, size, founded: '1000-01-01', secret: 'x' });
  await send(town(1, 'Roma', 61), town(4, 'Riga', 80));
  await send(town(2, 'Oslo', 7));
  await publisher.version(datasetId, 'csv', `${TOWNS}5,Graz,90,1128-01-01,d\n`);
  await send(town(5, 'Graz', 91));
  const base = `${publisher.url}/delta-sharing/shares/sluice/schemas/default/tables/${path}`;
  const ask = (rest: string, init: RequestInit = {}) => {
    const authorization = `Bearer ${secret}`;
    const headers = { authorization, 'sluice-min-snapshot': snapshot, ...(init.headers as object) };
    return answerTo(base + rest, { ...init, headers });
  };
  const lines = (text: string): Line[] =>
    text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  const query = async (body: object, headers = {}) => {
    const answer = await ask('/query', { method: 'POST', body: JSON.stringify(body), headers });
    expect(answer).toMatchObject({ status: 200 });
    return { version: answer.headers.get('delta-table-version'), lines: lines(answer.text) };
  };
  const changes = async (search: string) => {
    const answer = await ask(`/changes?${search}`);
    expect(answer).toMatchObject({ status: 200 });
    return lines(answer.text);
  };
  const pages = async (search: string) => {
    const { json } = await read(publisher.url, `${path}?${search}`, secret, { 'sluice-min-snapshot': snapshot });
    return (json as { data: Record<string, unknown>[] }).data;
  };
  return { datasetId, api, path, token, secret, send, ask, query, changes, pages };
}
