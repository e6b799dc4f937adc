import { newId } from '@sluice/runtime/ids';
import { answerTo } from '../support/publisher';
import { waitFor } from '../support/wait-for';
import { type ApiOfATest, addApi, changeApi } from './gateway-neighbours';
import { useGateway } from './use-gateway';

const LIST = { jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} };
const MAX_ANSWER_BYTES = 8_000 * 4;

describe('the address for agents', () => {
  const gateway = useGateway();
  let api: ApiOfATest;
  beforeAll(() => {
    api = addApi('agent-rows', [{ id: 1 }]);
  });
  const send = (body: unknown, headers: Record<string, string> = {}, search = '') =>
    answerTo(`${gateway.url}/mcp${search}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${api.secret}`,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        ...headers,
      },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  const call = (name: string, given: unknown) =>
    send({ ...LIST, method: 'tools/call', params: { name, arguments: given } });
  const resultOf = ({ text }: { text: string }) => JSON.parse(text.replace(/^event: message\ndata: /, '')).result;
  const settings = (change: object) => changeApi({ ...api.route, settings: { ...api.route.settings, ...change } });

  it('takes a token in the header alone', async () => {
    for (const headers of [
      { authorization: '' },
      { authorization: 'Bearer slc_none' },
      { authorization: 'Basic eDp5' },
    ]) {
      const { status, json, headers: told } = await send(LIST, headers);
      expect([status, json]).toEqual([401, expect.objectContaining({ code: 'token_required' })]);
      expect(told.get('www-authenticate')).toContain('Bearer');
    }
    for (const search of [`?access_token=${api.secret}`, `?token=${api.secret}`, '?x=1'])
      for (const headers of [undefined, { authorization: '' }])
        expect(await send(LIST, headers, search)).toMatchObject({ status: 400, json: { code: 'malformed_request' } });
    const admin = await send(LIST, { authorization: `Bearer ${gateway.adminKey}` });
    expect(admin.status).toBe(401);
  });

  it('takes POST alone: it has no stream to open and no session to end', async () => {
    for (const method of ['GET', 'DELETE', 'PUT', 'PATCH', 'OPTIONS', 'QUERY']) {
      const headers = { authorization: `Bearer ${api.secret}`, accept: 'text/event-stream' };
      const { status, headers: told } = await answerTo(`${gateway.url}/mcp`, { method, headers });
      expect([method, status, told.get('allow')]).toEqual([method, 405, 'POST']);
    }
    const { text } = await send(
      {
        ...LIST,
        method: 'subscriptions/listen',
        params: { notifications: { toolsListChanged: true }, _meta: MODERN },
      },
      MODERN_HEADERS,
    );
    expect(text).toContain('"error"');
  });

  it('is for pages of our origin, and of those that an API of the token names', async () => {
    for (const origin of ['https://evil.example', 'null', `${gateway.url}.evil.example`])
      expect(await send(LIST, { origin })).toMatchObject({ status: 403, json: { code: 'cross_site_request' } });
    expect((await send(LIST, { origin: gateway.url })).status).toBe(200);
    settings({ cors: { origins: ['https://app.example'] } });
    await waitFor('the setting', async () => (await send(LIST, { origin: 'https://app.example' })).status === 200);
    const { headers } = await send(LIST, { origin: 'https://app.example' });
    expect(headers.get('access-control-allow-origin')).toBe('https://app.example');
    const refused = await send(LIST, { origin: 'https://evil.example' });
    expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([403, null]);
    const ask = (origin: string) =>
      answerTo(`${gateway.url}/mcp`, {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' },
      });
    for (const origin of ['https://app.example', 'https://evil.example']) {
      const { status, headers: told } = await ask(origin);
      expect([status, told.get('access-control-allow-origin')]).toEqual([204, origin]);
      expect(told.get('access-control-allow-headers')).toContain('Mcp-Protocol-Version');
    }
    settings({ cors: null });
  });

  it('refuses what is no message, and takes in no more than it reads', async () => {
    expect(await send('x'.repeat(1024 * 1024))).toMatchObject({ status: 413, json: { code: 'payload_too_large' } });
    expect(await send(LIST, { 'content-type': 'text/plain' })).toMatchObject({ status: 415 });
    const inEachOther = (depth: number) =>
      `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"query_dataset","arguments":{"dataset":"agent-rows","filter":${'{"_not":'.repeat(depth)}{"id":1}${'}'.repeat(depth)}}}}`;
    for (const body of [
      '',
      '{',
      '[]',
      '1',
      'null',
      `[${JSON.stringify(LIST)}]`,
      inEachOther(100),
      inEachOther(20_000),
      '['.repeat(100_000),
    ])
      expect([body.slice(0, 20), await send(body)]).toMatchObject([
        body.slice(0, 20),
        { status: 400, json: { code: 'malformed_request' } },
      ]);
    expect(JSON.parse(resultOf(await send(inEachOther(10))).content[0].text)).toMatchObject({
      errors: [{ code: 'too_deep' }],
    });
    for (const odd of [{}, { jsonrpc: '2.0' }, { ...LIST, method: 7 }, { ...LIST, id: {} }, { ...LIST, params: [] }])
      expect((await send(odd)).status).toBeLessThan(500);
    for (const given of [null, 7, [], 'x', { dataset: 7 }, { dataset: 'agent-rows', __proto__: 1, filter: [] }]) {
      const { status, text } = await call('query_dataset', given);
      expect([status < 500, text.includes('"internal"')]).toEqual([true, false]);
    }
  });

  it('refuses a row that no answer has room for, and says what to do', async () => {
    const wide = addApi('agent-wide', [{ id: 'x'.repeat(MAX_ANSWER_BYTES) }]);
    const headers = { authorization: `Bearer ${wide.secret}` };
    const params = { name: 'query_dataset', arguments: { dataset: 'agent-wide' } };
    await waitFor('the refusal', async () => {
      const { text } = await send({ ...LIST, method: 'tools/call', params }, headers);
      return text.includes('select fewer fields');
    });
  });

  it('lists no more datasets than an answer has room for, and goes on behind the last', async () => {
    const { route } = addApi('agent-many', [{ id: 1 }]);
    const many = Array.from({ length: 120 }, (_, index) => `agent-many-${String(index).padStart(3, '0')}`);
    for (const slug of many)
      changeApi({
        ...route,
        apiId: newId('api'),
        slug,
        path: slug,
        name: slug,
        description: 'ü'.repeat(2_000),
        tokenIds: api.route.tokenIds,
      });
    const seen: string[] = [];
    const search = async (after?: string) => {
      const answer = await call('search_datasets', { words: 'AGENT-many u', ...(after !== undefined && { after }) });
      expect(Buffer.byteLength(answer.text)).toBeLessThan(MAX_ANSWER_BYTES);
      return resultOf(answer).structuredContent;
    };
    await waitFor('all', async () => (await search()).total === many.length);
    for (let next: string | undefined | null; next !== null; ) {
      const found = await search(next);
      seen.push(...found.datasets.map(({ dataset }: { dataset: string }) => dataset));
      next = found.next;
    }
    expect(seen).toEqual(many);
  });
});

const MODERN = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': {},
};
const MODERN_HEADERS = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'subscriptions/listen' };
