import { request as rawRequest } from 'node:http';
import { Publisher, read } from '../support/publisher';
import { useSharedStack } from '../support/use-stack';

const UNKNOWN = 'slc_0000000000000000000000000000000000000000000';

describe('a consumer', () => {
  const stack = useSharedStack();
  const publisher = new Publisher(stack);
  let open: Awaited<ReturnType<Publisher['publish']>>;

  beforeAll(async () => {
    open = await publisher.publish('Orders', 'csv', 'id,region,amount\n1,EU,19.50\n2,US,7.25\n3,,0.1\n');
  });

  const call = async (path: string, headers: Record<string, string> = {}) => {
    const { status, headers: answered, json } = await read(stack.url, path, open.secret, headers);
    return { status, headers: answered, json };
  };

  it('without a valid token gets one and the same 401, whether the API exists or not', async () => {
    const inactive = await publisher.api({ name: 'Inactive', datasetId: open.api.datasetId });
    const answers = await Promise.all(
      ['orders', 'nothing', inactive.path].flatMap((path) =>
        [undefined, 'Bearer x', `Bearer ${UNKNOWN}`].map(async (authorization) => {
          const response = await fetch(`${stack.url}/api/${path}`, authorization ? { headers: { authorization } } : {});
          const { instance, ...body } = (await response.json()) as { instance: string };
          expect(instance).toBe(response.headers.get('x-request-id'));
          return { status: response.status, body, challenge: response.headers.get('www-authenticate'), authorization };
        }),
      ),
    );
    for (const { status, body, challenge, authorization } of answers) {
      expect({ status, body }).toEqual({ status: 401, body: answers[0]?.body });
      expect(challenge).toBe(authorization ? 'Bearer realm="sluice", error="invalid_token"' : 'Bearer realm="sluice"');
    }
  });

  it('with a token of another API gets 403, for no API 404, with a wrong method 405', async () => {
    const other = await publisher.token('Other consumer');
    expect(await read(stack.url, 'orders', other.secret)).toMatchObject({
      status: 403,
      json: { code: 'token_not_assigned' },
    });
    expect(await call('nothing')).toMatchObject({ status: 404, json: { code: 'api_not_found' } });
    const posted = await fetch(`${stack.url}/api/orders`, {
      method: 'POST',
      headers: { authorization: `Bearer ${open.secret}` },
    });
    expect(posted.status).toBe(405);
    expect(posted.headers.get('allow')).toBe('GET, HEAD, QUERY');
  });

  it('cannot pass the token in the query or the body, nor two at once', async () => {
    expect((await fetch(`${stack.url}/api/orders?access_token=${open.secret}`)).status).toBe(401);
    const status = await new Promise((resolve, reject) => {
      const request = rawRequest(`${stack.url}/api/orders`, (response) => resolve(response.resume().statusCode));
      request.setHeader('authorization', [`Bearer ${open.secret}`, `Bearer ${open.secret}`]);
      request.on('error', reject).end();
    });
    expect(status).toBe(400);
  });

  it('of data opens no management route, and an admin key no data', async () => {
    const managed = await fetch(`${stack.url}/manage/v1/apis`, { headers: { authorization: `Bearer ${open.secret}` } });
    expect(managed.status).toBe(401);
    expect((await read(stack.url, 'orders', stack.adminKey)).status).toBe(401);
  });

  it('gets exact numbers, nulls, and equal bytes for equal queries', async () => {
    const first = await read(stack.url, 'orders?_sort=-amount&_limit=1', open.secret);
    const second = await read(stack.url, 'orders?_limit=1&_sort=-amount', open.secret);
    expect(first.text).toContain('"nextCursor":"c2_');
    expect(first.text).toBe(second.text);
    expect(first.text).toContain('"amount":19.5');
    expect((await call('orders?id=3')).json).toMatchObject({ data: [{ id: 3, region: null, amount: 0.1 }] });
    expect((await read(stack.url, 'orders?_shape=array&_select=id', open.secret)).text).toBe(
      '[{"id":1},{"id":2},{"id":3}]',
    );
  });

  it('hears every fault of a query at once', async () => {
    const answer = await call('orders?regoin=EU&_limit=5000&id=x');
    expect(answer).toMatchObject({
      status: 400,
      json: {
        code: 'invalid_query',
        errors: [
          { name: 'regoin', hint: 'did you mean region?' },
          { name: '_limit', max: 1000 },
          { name: 'id', code: 'invalid_value' },
        ],
      },
    });
  });

  it('cannot use a cursor of another query or API, or one that was tampered with', async () => {
    const { nextCursor } = ((await call('orders?_limit=1')).json as { page: { nextCursor: string } }).page;
    const other = await publisher.publish('Other API', 'csv', 'id,region,amount\n1,EU,1\n2,EU,2\n');
    const changed = `${nextCursor.slice(0, -2)}${nextCursor.endsWith('AA') ? 'BB' : 'AA'}`;
    expect(await call(`orders?_limit=1&_cursor=${nextCursor}`)).toMatchObject({
      status: 200,
      json: { data: [{ id: 2 }] },
    });
    expect((await call(`orders?region=EU&_cursor=${nextCursor}`)).json).toMatchObject({ code: 'cursor_mismatch' });
    expect((await call(`orders?_cursor=${changed}`)).json).toMatchObject({ code: 'cursor_mismatch' });
    expect((await call('orders?_cursor=c1_')).json).toMatchObject({ code: 'cursor_mismatch' });
    expect((await read(stack.url, `other-api?_cursor=${nextCursor}`, other.secret)).json).toMatchObject({
      code: 'cursor_mismatch',
    });
  });

  it('finds the document of the API with the token, made from its fields and a row of its data', async () => {
    const url = `${stack.url}/docs/apis/orders/openapi.json`;
    expect((await fetch(url)).status).toBe(401);
    const answer = await fetch(url, { headers: { authorization: `Bearer ${open.secret}` } });
    const document = (await answer.json()) as { paths: Record<string, { get: { parameters: { name: string }[] } }> };
    expect(document).toMatchObject({
      openapi: '3.1.0',
      info: { title: 'Orders' },
      components: { schemas: { Row: { example: { id: 1, region: 'EU', amount: 19.5 } } } },
    });
    const names = document.paths['/api/orders']?.get.parameters.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['id', 'region', 'amount', '_select', '_sort', '_limit', '_cursor']));
    const other = await publisher.token('No document');
    expect((await fetch(url, { headers: { authorization: `Bearer ${other.secret}` } })).status).toBe(403);
    const admin = await fetch(url, { headers: { authorization: `Bearer ${stack.adminKey}` } });
    expect(admin.status).toBe(200);
  });

  it('of a token that expires is refused from then on', async () => {
    const soon = new Date(Date.now() + 1_500).toISOString();
    const { token, secret } = await publisher.token('Short', { expiresAt: soon });
    await publisher.assign(open.api.id, token.id);
    expect((await read(stack.url, 'orders', secret)).status).toBe(200);
    let lastGood = 0;
    for (let status = 200; status === 200; ) {
      const startedMs = Date.now();
      ({ status } = await read(stack.url, 'orders', secret));
      if (status === 200) lastGood = startedMs;
      else expect(status).toBe(401);
    }
    expect(lastGood).toBeLessThan(Date.parse(soon) + 50);
  });
});
