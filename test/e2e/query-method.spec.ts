import { Publisher } from '../support/publisher';
import { useSharedStack } from '../support/use-stack';

describe('the method QUERY', () => {
  const stack = useSharedStack();
  const publisher = new Publisher(stack);
  let secret: string;
  let address: string;

  beforeAll(async () => {
    const lines = Array.from({ length: 500 }, (_, id) => `${id},city ${id % 5}`);
    const open = await publisher.publish('Query method', 'csv', `id,city\n${lines.join('\n')}\n`);
    secret = open.secret;
    address = `${stack.url}/api/query-method`;
  });

  const ask = (body: unknown, headers: Record<string, string> = {}, method = 'QUERY', at = address) =>
    fetch(at, {
      method,
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  const query = { filter: { city: { eq: 'city 3' } }, sort: ['-id'], limit: 7 };

  it('gives what the same body gives by POST, and says that it is taken', async () => {
    const [queried, posted] = [await ask(query), await ask(query, {}, 'POST', `${address}/_query`)];
    expect([queried.status, posted.status]).toEqual([200, 200]);
    expect(await queried.json()).toEqual(await posted.json());
    expect(queried.headers.get('accept-query')).toBe('application/json');
  });

  it('is answered by a 304 to who holds the answer', async () => {
    const etag = (await ask(query)).headers.get('etag') ?? '';
    const held = await ask(query, { 'if-none-match': etag });
    expect([held.status, await held.text()]).toEqual([304, '']);
    expect((await ask({ ...query, limit: 8 }, { 'if-none-match': etag })).status).toBe(200);
  });

  it('names each fault at its place in the body', async () => {
    const answer = await ask({ filter: { nothing: { eq: 1 } } });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ code: 'invalid_query', errors: [{ in: 'body' }] });
  });

  it.each<[string, Record<string, string>, number, string]>([
    ['another media type', { 'content-type': 'text/plain' }, 415, 'unsupported_media_type'],
    ['no media type', { 'content-type': '' }, 415, 'unsupported_media_type'],
  ])('is refused with %s', async (_, headers, status, code) => {
    const answer = await ask(query, headers);
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([status, code]);
  });

  it('is refused without a token, and where there is nothing to query', async () => {
    expect((await ask(query, { authorization: 'Bearer nobody' })).status).toBe(401);
    expect((await ask(query, {}, 'QUERY', `${address}/_schema`)).status).toBe(405);
    expect((await ask(query, {}, 'QUERY', `${stack.url}/manage/v1/datasets`)).status).toBe(405);
    const put = await ask(query, {}, 'PUT');
    expect([put.status, put.headers.get('allow'), put.headers.get('accept-query')]).toEqual([
      405,
      'GET, HEAD, QUERY',
      'application/json',
    ]);
  });
});
