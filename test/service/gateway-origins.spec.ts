import { type Answer, answerTo, read } from '../support/publisher';
import { waitFor } from '../support/wait-for';
import { addApi, changeApi } from './gateway-neighbours';
import { useGateway } from './use-gateway';

const ORIGIN = 'https://app.example.com';
const ROWS = [{ id: 1 }, { id: 2 }];

describe('pages of other origins', () => {
  const gateway = useGateway();

  const api = async (path: string, origins: string[] = []) => {
    const added = addApi(path, ROWS, origins.length > 0 ? { cors: { origins } } : {});
    await waitFor('its route', async () => (await read(gateway.url, path, added.secret)).status === 200);
    return { ...added, path };
  };
  const preflight = (path: string, origin = ORIGIN, method = 'GET') =>
    answerTo(`${gateway.url}/api/${path}`, {
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
    const { secret } = await api('closed');
    const { route } = await api('inactive', ['*']);
    changeApi({ ...route, active: false });
    await waitFor('the change', async () => Object.keys(cors(await preflight('inactive'))).length === 0);
    const paths = ['closed', 'nothing', 'inactive', 'closed/_export', 'nothing/_export'];
    const answers = await Promise.all(paths.map((path) => preflight(path)));
    expect(answers[0]).toMatchObject({ status: 204, text: '' });
    expect([...new Set(answers.map(same))]).toHaveLength(1);
    expect(cors(answers[0] as Answer)).toEqual({});
    expect(cors(await read(gateway.url, 'closed', secret, { origin: ORIGIN }))).toEqual({});
  });

  it('that an API names may call it, without a token for the preflight, and read what they need', async () => {
    const { path, secret } = await api('named', [ORIGIN, 'http://localhost:3000']);
    const asked = await preflight(path);
    expect(asked.status).toBe(204);
    expect(cors(asked)).toMatchObject({
      'access-control-allow-origin': ORIGIN,
      'access-control-allow-headers': expect.stringMatching(/Authorization/),
      'access-control-allow-methods': 'GET, HEAD, POST, QUERY',
    });
    expect(cors(asked)['access-control-allow-credentials']).toBeUndefined();
    const answer = await read(gateway.url, path, secret, { origin: ORIGIN });
    expect(answer.status).toBe(200);
    expect(cors(answer)).toEqual({
      'access-control-allow-origin': ORIGIN,
      'access-control-expose-headers': expect.stringMatching(
        /ETag, .*Link, .*RateLimit, .*Sluice-Row-Count.*X-Request-Id/,
      ),
    });
    expect(answer.headers.get('vary')).toMatch(/Origin/);
    expect(cors(await preflight(`${path}/_query`, ORIGIN, 'POST'))['access-control-allow-origin']).toBe(ORIGIN);
    const refused = await answerTo(`${gateway.url}/api/${path}`, { headers: { origin: ORIGIN } });
    expect([refused.status, cors(refused)['access-control-allow-origin']]).toEqual([401, ORIGIN]);
    const exported = await read(gateway.url, `${path}/_export`, secret, { origin: ORIGIN });
    expect([exported.status, cors(exported)['access-control-allow-origin']]).toEqual([200, ORIGIN]);
    expect(cors(asked)['access-control-allow-headers']).toMatch(/Prefer/);
    expect(cors(answer)['access-control-expose-headers']).toMatch(/Idempotency-Replayed.*Preference-Applied/);
  });

  it('can read why there is nothing below an API, and which methods it takes', async () => {
    const { path, secret } = await api('readable', [ORIGIN]);
    const headers = { origin: ORIGIN, authorization: `Bearer ${secret}` };
    const refused = await Promise.all([
      answerTo(`${gateway.url}/api/${path}/_nothing`, { headers }),
      answerTo(`${gateway.url}/api/${path}`, { method: 'DELETE', headers }),
    ]);
    expect(refused.map(({ status }) => status)).toEqual([404, 405]);
    for (const answer of refused) expect(cors(answer)['access-control-allow-origin']).toBe(ORIGIN);
    expect(cors(await preflight(`${path}/_nothing`))['access-control-allow-origin']).toBe(ORIGIN);
  });

  it('that it does not name get nothing, however near they are', async () => {
    const { path, secret } = await api('exact', [ORIGIN]);
    for (const origin of [
      'https://app.example.com.evil.test',
      'http://app.example.com',
      'https://APP.example.com',
      'null',
    ]) {
      expect(same(await preflight(path, origin))).toBe(same(await preflight('nothing', origin)));
      expect(cors(await read(gateway.url, path, secret, { origin }))).toEqual({});
    }
  });

  it('are all allowed by *, and none any more once the setting is taken back', async () => {
    const made = await api('any', ['*']);
    expect(cors(await preflight(made.path, 'https://anywhere.test'))['access-control-allow-origin']).toBe('*');
    changeApi({ ...made.route, settings: { ...made.route.settings, cors: null } });
    await waitFor('the change', async () => Object.keys(cors(await preflight(made.path))).length === 0);
  });
});
