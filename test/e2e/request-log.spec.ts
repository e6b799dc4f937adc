import type { LoggedRequest } from '@sluice/contracts/registry/request-log';
import { connectAgent } from '../support/agent';
import { answerTo, Publisher, read } from '../support/publisher';
import { useSharedStack } from '../support/use-stack';
import { waitFor } from '../support/wait-for';

describe('the log of requests', () => {
  const stack = useSharedStack();
  const publisher = new Publisher(stack);
  let towns: Awaited<ReturnType<Publisher['publish']>>;
  let others: Awaited<ReturnType<Publisher['publish']>>;

  const list = async (filter: Record<string, string>) => {
    const { status, json, text } = await publisher.call('GET', `/usage/requests?${new URLSearchParams(filter)}`);
    if (status !== 200) throw new Error(text);
    return json as { data: LoggedRequest[]; page: { nextCursor: string | null } };
  };
  const logged = (filter: Record<string, string>, count: number) =>
    waitFor(`${count} requests`, async () => {
      const { data } = await list(filter);
      return data.length >= count && data;
    });

  beforeAll(async () => {
    towns = await publisher.publish('Logged towns', 'csv', 'id,name\n1,Oslo\n2,Bern\n');
    others = await publisher.publish('Logged others', 'csv', 'id\n1\n');
  }, 60_000);

  it('has each request with its API, token, status, code of refusal, time, rows and id, and nothing of what was asked', async () => {
    const { api, secret, tokenId } = towns;
    const found = await read(stack.url, `${api.path}?name=Oslo`, secret);
    const refused = await read(stack.url, `${api.path}?nme=Oslo`, secret);
    await read(stack.url, others.api.path, others.secret);
    const [second, first] = await logged({ apiId: api.id }, 2);
    const of = { apiId: api.id, datasetId: api.datasetId, tokenId, method: 'GET' };
    expect(first).toEqual({
      ...of,
      ...{ requestId: found.headers.get('x-request-id'), status: 200, rows: 1 },
      ...{ at: expect.any(String), bytes: found.text.length, durationMs: expect.any(Number) },
    });
    expect(second).toMatchObject({
      ...of,
      ...{ requestId: refused.headers.get('x-request-id'), status: 400, rows: 0, code: 'invalid_query' },
    });
    expect(JSON.stringify([first, second])).not.toMatch(/Oslo|nme|slc_/);
    const ofOther = await logged({ tokenId: others.tokenId }, 1);
    expect(ofOther.map(({ apiId }) => apiId)).toEqual([others.api.id]);
  });

  it('is narrowed down by outcome, code, dataset and id, and told page by page', async () => {
    const { api, secret } = towns;
    await read(stack.url, `${api.path}?_limit=0`, secret);
    await logged({ apiId: api.id, outcome: 'failure' }, 2);
    const all = (await list({ datasetId: api.datasetId })).data;
    const ids = async (filter: Record<string, string>) => (await list({ apiId: api.id, ...filter })).data.length;
    expect(await ids({ outcome: 'success' })).toBe(all.filter(({ status }) => status < 400).length);
    expect(await ids({ outcome: 'client_error', code: 'invalid_query' })).toBe(2);
    expect(await ids({ outcome: 'server_error' })).toBe(0);
    expect(await ids({ code: 'rate_limited' })).toBe(0);
    const [newest] = all;
    expect((await list({ requestId: newest?.requestId ?? '' })).data).toEqual([newest]);
    const paged: LoggedRequest[] = [];
    for (let next: string | null = ''; next !== null; ) {
      const { data, page } = await list({ apiId: api.id, _limit: '1', ...(next && { _cursor: next }) });
      paged.push(...data);
      next = page.nextCursor;
    }
    expect(paged).toEqual(all);
  });

  it('has what an agent was refused within an answer of 200, and what OData refuses', async () => {
    const { api, secret } = others;
    const { call, client } = await connectAgent(stack.url, secret);
    await call('query_dataset', { dataset: api.slug, sort: ['nowhere'] });
    await client.close();
    const headers = { authorization: `Bearer ${secret}` };
    await answerTo(`${stack.url}/odata/${api.slug.replaceAll('-', '_')}?$orderby=nowhere`, { headers });
    const requests = await logged({ apiId: api.id, outcome: 'client_error' }, 2);
    expect(requests.map(({ client: by, status, code }) => [by, status, code])).toEqual([
      [undefined, 400, 'invalid_query'],
      ['mcp', 400, 'invalid_query'],
    ]);
  });

  it('tells those who are not signed in nothing, and says what a wrong filter should be', async () => {
    const { status } = await answerTo(`${stack.url}/manage/v1/usage/requests`);
    expect(status).toBe(401);
    const wrong = await publisher.call('GET', '/usage/requests?outcome=bad&requestId=x&nowhere=1');
    expect(wrong.status).toBe(400);
    expect((wrong.json as { errors: { name: string }[] }).errors.map(({ name }) => name).sort()).toEqual([
      'nowhere',
      'outcome',
      'requestId',
    ]);
  });
});
