import { type Answer, answerTo, Publisher, read } from '../support/publisher';
import { useStack } from '../support/use-stack';
import { waitFor } from '../support/wait-for';

const ORIGIN = 'https://app.example.com';

describe('pages of other origins', () => {
  const stack = useStack();
  const publisher = new Publisher(stack);
  let open: Awaited<ReturnType<Publisher['publish']>>;

  beforeAll(async () => {
    open = await publisher.publish('Closed', 'csv', 'a\n1\n2\n');
  });

  const api = async (name: string, origins: string[]) => {
    const made = await publisher.api({ name, datasetId: open.api.datasetId, active: true, cors: { origins } });
    await publisher.assign(made.id, open.tokenId);
    await waitFor('its route', async () => (await read(stack.url, made.path, open.secret)).status === 200);
    return made;
  };
  const preflight = (path: string, origin = ORIGIN, method = 'GET') =>
    answerTo(`${stack.url}/api/${path}`, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': method, 'access-control-request-headers': 'authorization' },
    });
  const cors = ({ headers }: Answer) =>
    Object.fromEntries([...headers].filter(([name]) => name.startsWith('access-control-')));
  const same = ({ status, headers, text }: Answer) => {
    const fields = [...headers].filter(([name]) => !['date', 'x-request-id'].includes(name));
    return JSON.stringify([status, fields, text]);
  };

  it('are told nothing by default: a preflight of an API is the same as of no API at all', async () => {
    const inactive = await publisher.api({ name: 'Inactive', datasetId: open.api.datasetId, cors: { origins: ['*'] } });
    const paths = ['closed', 'nothing', inactive.path, 'closed/_export', 'nothing/_export'];
    const answers = await Promise.all(paths.map((path) => preflight(path)));
    expect(answers[0]).toMatchObject({ status: 204, text: '' });
    expect([...new Set(answers.map(same))]).toHaveLength(1);
    expect(cors(answers[0] as Answer)).toEqual({});
    expect(cors(await read(stack.url, 'closed', open.secret, { origin: ORIGIN }))).toEqual({});
  });

  it('that an API names may call it, without a token for the preflight, and read what they need', async () => {
    const { path } = await api('Named', [ORIGIN, 'http://localhost:3000']);
    const asked = await preflight(path);
    expect(asked.status).toBe(204);
    expect(cors(asked)).toMatchObject({
      'access-control-allow-origin': ORIGIN,
      'access-control-allow-headers': expect.stringMatching(/Authorization/),
      'access-control-allow-methods': 'GET, HEAD, POST',
    });
    expect(cors(asked)['access-control-allow-credentials']).toBeUndefined();
    const answer = await read(stack.url, path, open.secret, { origin: ORIGIN });
    expect(answer.status).toBe(200);
    expect(cors(answer)).toEqual({
      'access-control-allow-origin': ORIGIN,
      'access-control-expose-headers': expect.stringMatching(/ETag, Link, RateLimit, .*Sluice-Row-Count.*X-Request-Id/),
    });
    expect(answer.headers.get('vary')).toMatch(/Origin/);
    expect(cors(await preflight(`${path}/_query`, ORIGIN, 'POST'))['access-control-allow-origin']).toBe(ORIGIN);
    const refused = await answerTo(`${stack.url}/api/${path}`, { headers: { origin: ORIGIN } });
    expect([refused.status, cors(refused)['access-control-allow-origin']]).toEqual([401, ORIGIN]);
    const exported = await read(stack.url, `${path}/_export`, open.secret, { origin: ORIGIN });
    expect([exported.status, cors(exported)['access-control-allow-origin']]).toEqual([200, ORIGIN]);
  });

  it('that it does not name get nothing, however near they are', async () => {
    const { path } = await api('Exact', [ORIGIN]);
    for (const origin of [
      'https://app.example.com.evil.test',
      'http://app.example.com',
      'https://APP.example.com',
      'null',
    ]) {
      expect(same(await preflight(path, origin))).toBe(same(await preflight('nothing', origin)));
      expect(cors(await read(stack.url, path, open.secret, { origin }))).toEqual({});
    }
  });

  it('are all allowed by *, and none any more once the setting is taken back', async () => {
    const made = await api('Any', ['*']);
    expect(cors(await preflight(made.path, 'https://anywhere.test'))['access-control-allow-origin']).toBe('*');
    const { json } = await publisher.call('GET', `/apis/${made.id}`);
    const { revision } = json as { revision: number };
    const closed = await publisher.call('PATCH', `/apis/${made.id}`, { cors: null }, { 'if-match': `"${revision}"` });
    expect(closed.json).toMatchObject({ cors: null });
    await waitFor('the change', async () => Object.keys(cors(await preflight(made.path))).length === 0);
  });

  it('are named as browsers write them: every other spelling is told at its place', async () => {
    const origins = [
      'https://app.example.com/',
      'app.example.com',
      ORIGIN,
      ORIGIN,
      'https://a.test:443',
      'ftp://a.test',
    ];
    const answer = await publisher.call('POST', '/apis', {
      name: 'Wrong',
      datasetId: open.api.datasetId,
      cors: { origins },
    });
    expect(answer).toMatchObject({
      status: 422,
      json: {
        errors: [
          { pointer: '/cors/origins/0', code: 'invalid_origin', hint: 'write https://app.example.com' },
          { pointer: '/cors/origins/1', code: 'invalid_origin' },
          { pointer: '/cors/origins/4', hint: 'write https://a.test' },
          { pointer: '/cors/origins/5', code: 'invalid_origin' },
          { pointer: '/cors/origins/3', code: 'duplicate' },
        ],
      },
    });
  });
});
