import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Role } from '@sluice/contracts/tokens/admins';
import { projectRoot } from '../../apps/standalone/src/machine/project-root';
import { ConsoleSession, PASSWORD, signIn } from '../support/console-session';
import { answerTo } from '../support/publisher';
import { waitFor } from '../support/wait-for';
import { addApi, changeApi } from './gateway-neighbours';
import { LOST } from './stub-catalogue';
import { useGateway } from './use-gateway';

const gateway = useGateway();
let owner: ConsoleSession;

const signedIn = (role: string) =>
  ConsoleSession.signIn(gateway.url, { email: `${role}@example.com`, password: PASSWORD });

beforeAll(async () => {
  owner = await signedIn('owner');
});

describe('requests that another site could make a browser send', () => {
  const forged: [string, Record<string, string>][] = [
    ['no header of the console', { 'sluice-console': '' }],
    ['another value of it', { 'sluice-console': 'true' }],
    ['from another site', { 'sec-fetch-site': 'cross-site' }],
    ['from a sibling', { 'sec-fetch-site': 'same-site' }],
    ['another origin', { origin: 'https://evil.example' }],
    ['an origin that looks alike', { origin: 'http://127.0.0.1.evil.example' }],
    ['another port', { origin: 'http://127.0.0.1:1' }],
    ['an opaque origin', { origin: 'null' }],
    ['no origin at all', { origin: '%' }],
  ];

  it.each(forged)('are refused: %s', async (_what, headers) => {
    const answer = await owner.call('POST', '/datasets', { name: 'Forged' }, headers);
    expect(answer).toMatchObject({ status: 403, json: { code: 'cross_site_request' } });
  });

  it('are refused for signing in, too', async () => {
    const headers = { 'sec-fetch-site': 'cross-site' };
    const answer = await signIn(gateway.url, { email: 'owner@example.com', password: PASSWORD }, headers);
    expect(answer).toMatchObject({ status: 403, json: { code: 'cross_site_request' } });
  });

  it('are let through from the console itself, and reading needs no header', async () => {
    const origin = new URL(gateway.url).origin;
    const headers = { origin, 'sec-fetch-site': 'same-origin' };
    expect((await owner.call('POST', '/datasets', { name: 'Mine' }, headers)).status).toBe(201);
    expect((await owner.call('GET', '/datasets', undefined, { 'sluice-console': '' })).status).toBe(200);
  });
});

it('answers of management are kept by no cache in front', async () => {
  for (const path of ['/datasets', '/admins', '/session', '/apis/none']) {
    const { headers } = await owner.call('GET', path);
    expect(headers.get('cache-control')).toMatch(/^(private, no-cache|no-store)$/);
  }
});

it('a page that goes on asking with a session that is over is told so each time, and its person may sign in', async () => {
  const browser = await signedIn('viewer');
  expect((await browser.call('DELETE', '/session')).status).toBe(204);
  for (let request = 0; request < 40; request++) expect((await browser.call('GET', '/datasets')).status).toBe(401);
  const again = await signedIn('viewer');
  expect((await again.call('GET', '/datasets')).status).toBe(200);
});

it('the OpenAPI document names both ways in, once each, where one is needed', async () => {
  const { json } = await answerTo(`${gateway.url}/docs/openapi.json`);
  const { paths, components } = json as {
    paths: Record<string, Record<string, { security?: object[] }>>;
    components: { securitySchemes: Record<string, object> };
  };
  expect(components.securitySchemes.session).toMatchObject({ type: 'apiKey', in: 'cookie', name: 'sluice_session' });
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { security }]) => ({ route: `${method} ${path}`, security })),
  );
  const open = operations.filter(({ security }) => security?.length === 0).map(({ route }) => route);
  expect(open.sort()).toEqual([
    'get /manage/v1/setup',
    'post /manage/v1/session',
    'post /manage/v1/setup',
    'post /manage/v1/setup/password',
  ]);
  const guarded = operations.filter(({ security }) => security?.length !== 0);
  expect(new Set(guarded.map(({ security }) => JSON.stringify(security)))).toEqual(
    new Set([JSON.stringify([{ admin: [] }, { session: [] }])]),
  );
});

describe('roles', () => {
  const table = [
    ...readFileSync(join(projectRoot, 'docs', 'management.md'), 'utf8').matchAll(
      /^\| `([A-Z]+)` \| `([^`]+)` \| (viewer|editor|owner) \|/gm,
    ),
  ].map(([, method = '', path = '', role = '']) => ({ method, path, role: role as Role }));
  const ids: Record<string, string> = {
    adminId: `adm_${'1'.repeat(26)}`,
    keyId: `key_${'1'.repeat(26)}`,
    apiId: `api_${'1'.repeat(26)}`,
    tokenId: `tok_${'1'.repeat(26)}`,
    datasetId: `ds_${'1'.repeat(26)}`,
    importId: `imp_${'1'.repeat(26)}`,
    name: 'nowhere.example',
    number: '1',
  };
  const ranks = ['viewer', 'editor', 'owner'];
  const browsers = new Map<string, ConsoleSession>();

  beforeAll(async () => {
    for (const role of ['viewer', 'editor']) browsers.set(role, await signedIn(role));
    browsers.set('owner', owner);
  });

  it('are in the table', () => expect(table.length).toBeGreaterThan(35));

  it.each(table)('$method $path needs $role, and says so', async ({ method, path, role }) => {
    const place = path.replace(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? name);
    for (const [caller, browser] of browsers) {
      const hasBody = method !== 'GET' && method !== 'DELETE';
      const headers = { cookie: browser.cookie, 'sluice-console': '1', 'content-type': 'application/json' };
      const init = { method, headers, body: hasBody ? '{}' : undefined };
      const { status, body } = await fetch(`${gateway.url}/manage/v1${place}`, init);
      if (ranks.indexOf(caller) >= ranks.indexOf(role)) {
        expect([401, 403]).not.toContain(status);
        // Streams of events have no end that could be waited for.
        await body?.cancel();
      } else {
        expect(status).toBe(403);
        const problem = await new Response(body).json();
        expect(problem).toMatchObject({ code: 'role_required', detail: expect.stringContaining(role) });
      }
    }
    const nobody = await answerTo(`${gateway.url}/manage/v1${place}`, { method });
    expect(nobody).toMatchObject({ status: 401, json: { code: 'admin_key_required' } });
  });
});

describe('a change of which nobody knows whether it was made', () => {
  it('is a 503 that says so, and what to do', async () => {
    const answer = await owner.call('POST', '/datasets', { name: LOST });
    expect(answer.headers.get('retry-after')).toBe('1');
    expect(answer).toMatchObject({ status: 503, json: { code: 'unavailable', outcome: 'unknown' } });
    expect(answer.json).toMatchObject({ detail: 'the change may have been made: look before you repeat it' });
    // No service is there to take it.
    const untaken = await owner.call('POST', '/tokens', { name: 'Untaken' });
    expect(untaken).toMatchObject({ status: 503, json: { outcome: 'not_executed' } });
    const read = await owner.call('GET', '/tokens');
    expect(read.status).toBe(503);
    expect(read.json).not.toHaveProperty('outcome');
  });

  it('is, of rows that were sent, a 503 that asks for them again with the same key', async () => {
    const { route, secret } = addApi('lost', []);
    changeApi({ ...route, method: 'POST' });
    const send = (headers: Record<string, string>) =>
      answerTo(`${gateway.url}/api/lost`, {
        method: 'POST',
        headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json', ...headers },
        body: '[{"id":1}]',
      });
    const known = await waitFor('the API', async () => {
      const answer = await send({ 'idempotency-key': 'k' });
      return answer.status !== 404 && answer.status !== 405 && answer;
    });
    expect(known).toMatchObject({ status: 503, json: { code: 'unavailable', outcome: 'unknown' } });
    expect(known.json).toMatchObject({ detail: expect.stringContaining('again with the same Idempotency-Key') });
    expect((await send({})).json).toMatchObject({ outcome: 'unknown', detail: expect.stringContaining('look before') });
  });
});
