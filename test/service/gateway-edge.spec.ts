import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { readRows } from '@sluice/contracts/catalogue/rows';
import { Replies } from '@sluice/messaging/replies';
import { edgeTimeouts } from '../../apps/gateway/src/http/server';
import { read } from '../support/publisher';
import { waitFor } from '../support/wait-for';
import { type ApiOfATest, addApi, holdPages } from './gateway-neighbours';
import { useGateway } from './use-gateway';

const SLOW_CLIENTS = 2_000;
const READS = 50;
/** An honest client's slowest read beside them. */
const HONEST_MS = 1_000;

/** Long enough to connect all slow clients and to read beside them, before the first is cut off. */
const timeouts = { headersMs: 5_000, idleMs: 7_000, bodyMs: 6_000, checkMs: 100 };
const gateway = useGateway({ SLUICE_TRUSTED_PROXIES: '127.0.0.2' }, timeouts);
let secret: string;
let slowApi: ApiOfATest;
let sockets: Socket[] = [];

beforeAll(async () => {
  secret = addApi('rows', [{ id: 1 }]).secret;
  slowApi = addApi('long', [{ id: 1 }]);
  await waitFor('rows', async () => (await read(gateway.url, 'rows', secret)).status === 200);
});
afterEach(() => {
  for (const socket of sockets) socket.destroy();
  sockets = [];
});

interface Raw {
  text: string;
  closed: boolean;
}

/** A connection on which anything can be written; `from` is the client's own address. */
async function open(from = '127.0.0.1'): Promise<{ socket: Socket; got: Raw }> {
  const { port } = new URL(gateway.url);
  const socket = connect({ port: Number(port), host: '127.0.0.1', localAddress: from });
  sockets.push(socket);
  const got: Raw = { text: '', closed: false };
  socket.on('data', (chunk) => (got.text += chunk));
  socket.on('close', () => (got.closed = true));
  socket.on('error', () => {});
  await once(socket, 'connect');
  return { socket, got };
}

/** The whole answer to these bytes, up to the end of the connection. */
async function exchange(text: string, from?: string): Promise<string> {
  const { socket, got } = await open(from);
  socket.write(text.replaceAll('\n', '\r\n'));
  return waitFor('the answer', () => got.closed && got.text);
}

const statusOf = (answer: string) => Number(answer.slice(9, 12));
const get = (fields: string, path = '/api/rows') =>
  `GET ${path} HTTP/1.1\nHost: localhost\nAuthorization: Bearer ${secret}\n${fields}Connection: close\n\n`;
const post = (fields: string) => `POST /manage/v1/datasets HTTP/1.1\nHost: localhost\n${fields}\n{}`;

const expectProtected = (answer: string) => {
  const head = (answer.split('\r\n\r\n', 1)[0] ?? '').toLowerCase();
  expect(head).toContain('x-content-type-options: nosniff');
  expect(head).toContain("content-security-policy: default-src 'none'");
  expect(head).toContain('referrer-policy: no-referrer');
  expect(head).toMatch(/x-request-id: req_\w+/);
  expect(head).not.toMatch(/x-powered-by|^server:/m);
};

describe('a page that no cache has', () => {
  it('takes one request over the bus', async () => {
    const ask = jest.spyOn(Replies.prototype, 'ask');
    for (let offset = 0; offset < READS; offset++) {
      expect((await read(gateway.url, `rows?_offset=${offset + 1}`, secret)).status).toBe(200);
    }
    const subjects = ask.mock.calls.map(([subject]) => subject);
    ask.mockRestore();
    expect(subjects.filter((subject) => subject === readRows.subject)).toHaveLength(READS);
    // What a gateway asks for of its own accord goes on beside them.
    expect(subjects.length).toBeLessThan(READS * 1.5);
  });
});

describe('bytes that two parties could read in two ways', () => {
  it.each([
    ['two Host lines', 'GET /api/rows HTTP/1.1\nHost: a\nHost: b\nConnection: close\n\n', 400],
    ['no Host line', 'GET /api/rows HTTP/1.1\nConnection: close\n\n', 400],
    ['length and chunks', post('Content-Length: 2\nTransfer-Encoding: chunked\n'), 400],
    ['two lengths', post('Content-Length: 2\nContent-Length: 3\n'), 400],
    ['a length with a sign', post('Content-Length: +2\n'), 400],
    ['a coding that is not the last', post('Transfer-Encoding: chunked, identity\n'), 400],
    ['a blank before the colon', 'GET /api/rows HTTP/1.1\nHost : a\nConnection: close\n\n', 400],
    ['a folded line', 'GET /api/rows HTTP/1.1\nHost: a\nX-A: b\n c\nConnection: close\n\n', 400],
    ['a NUL in a value', 'GET /api/rows HTTP/1.1\nHost: a\nX-A: b\u0000c\nConnection: close\n\n', 400],
    ['TRACE', 'TRACE /api/rows HTTP/1.1\nHost: a\nConnection: close\n\n', 405],
    ['20 KB of header', `GET /api/rows HTTP/1.1\nHost: a\nX-A: ${'x'.repeat(20_000)}\nConnection: close\n\n`, 431],
    ['no HTTP', '\u0016\u0003\u0001\n\n', 400],
  ])('%s: refused, in our form, and the connection ends', async (_what, text, status) => {
    const answer = await exchange(text);
    expect(statusOf(answer)).toBe(status);
    expect(answer).toContain('application/problem+json');
    expectProtected(answer);
  });
});

describe('a method that no address takes', () => {
  it.each(['REPORT', 'PROPFIND', 'PURGE'])('%s is refused by an endpoint with those that it takes', async (method) => {
    const answer = await exchange(get('').replace('GET', method));
    expect(statusOf(answer)).toBe(405);
    expect(answer).toMatch(/^allow: GET, HEAD, QUERY\r$/im);
  });
});

describe('answers of every kind', () => {
  it.each([
    ['rows', '/api/rows', 200],
    ['a refusal', '/api/rows?nothing=1', 400],
    ['no API', '/api/nothing', 404],
    ['no route', '/nothing', 404],
    ['management', '/manage/v1/datasets', 401],
    ['the documents', '/docs/apis/rows', 200],
    ['health', '/health/live', 200],
  ])('carry the security headers: %s', async (_what, path, status) => {
    const answer = await exchange(get('', path));
    expect(statusOf(answer)).toBe(status);
    expectProtected(answer);
    expect(answer).not.toMatch(/strict-transport-security/i);
    if (/^\/(api|manage)/.test(path) && status < 400) expect(answer).toMatch(/cache-control: private/i);
  });

  it('tell browsers to stay with TLS when a trusted proxy says that it ends TLS, and nobody else', async () => {
    const claim = get('X-Forwarded-Proto: https\n');
    expect(await exchange(claim, '127.0.0.2')).toMatch(/strict-transport-security: max-age=15552000/i);
    expect(await exchange(claim)).not.toMatch(/strict-transport-security/i);
  });

  it('have a request id of their own, whatever the client sends', async () => {
    const answer = await exchange(get('X-Request-Id: mine\nX-Forwarded-Host: evil.example\n'));
    expect(statusOf(answer)).toBe(200);
    expect(answer).not.toMatch(/mine|evil\.example/);
  });
});

describe('a management route', () => {
  const allowOf = (answer: string) => /^allow: (.*)$/im.exec(answer)?.[1]?.trim();

  it.each([
    ['DELETE', '/manage/v1/datasets', 'GET, HEAD, OPTIONS, POST'],
    ['PUT', '/manage/v1/apis/api_1', 'DELETE, GET, HEAD, OPTIONS, PATCH'],
    ['POST', '/health/live', 'GET, HEAD, OPTIONS'],
  ])('answers a method that it does not take by 405 with those that it does: %s %s', async (method, path, allow) => {
    const answer = await exchange(get('', path).replace('GET', method));
    expect([statusOf(answer), allowOf(answer)]).toEqual([405, allow]);
    expect(answer).toContain('application/problem+json');
    expectProtected(answer);
  });

  it('tells its methods to OPTIONS, and where there is no route there are none', async () => {
    const asked = await exchange(get('', '/manage/v1/datasets').replace('GET', 'OPTIONS'));
    expect([statusOf(asked), allowOf(asked)]).toEqual([204, 'GET, HEAD, OPTIONS, POST']);
    expect(statusOf(await exchange(get('', '/manage/v1/nothing').replace('GET', 'DELETE')))).toBe(404);
  });
});

describe('slow clients', () => {
  it('may take 15 s for a header, 30 s for a body, and be silent for 35 s', () => {
    expect(edgeTimeouts).toMatchObject({ headersMs: 15_000, bodyMs: 30_000, idleMs: 35_000 });
  });

  it('are cut off when their time for a header, for a body or in silence is over, and 2,000 of them slow nobody down; one whose answer takes long is not', async () => {
    const startedMs = performance.now();
    const seconds = () => (performance.now() - startedMs) / 1000;
    const slow = await Promise.all(Array.from({ length: SLOW_CLIENTS }, () => open()));
    for (const { socket } of slow) socket.write('GET /api/rows HTTP/1.1\r\nHost: a\r\nX');
    const idle = await open();
    // An answer that takes us longer than a client may be silent is no silence of the client's.
    const release = holdPages(slowApi);
    const long = await open();
    long.socket.write(get('', '/api/long?id=1').replaceAll('\n', '\r\n').replaceAll(secret, slowApi.secret));
    const body = await open();
    body.socket.write(
      'POST /manage/v1/datasets HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{',
    );
    const trickle = setInterval(() => body.socket.write(' '), 200);
    try {
      for (let i = 0; i < READS; i++) {
        const beganMs = performance.now();
        expect((await read(gateway.url, 'rows', secret)).status).toBe(200);
        expect(performance.now() - beganMs).toBeLessThan(HONEST_MS);
      }
      await waitFor('the end of slow headers', () => slow.every(({ got }) => got.closed));
      expect(seconds()).toBeGreaterThan(timeouts.headersMs / 1000 - 0.1);
      expect(slow[0]?.got.text).toMatch(/^HTTP\/1\.1 408 /);
      await waitFor('the end of the slow body', () => body.got.closed);
      expect(body.got.text).toMatch(/^HTTP\/1\.1 408 /);
      await waitFor('the end of the silent one', () => idle.got.closed);
      expect(seconds()).toBeGreaterThan(timeouts.idleMs / 1000 - 0.1);
      expect(long.got).toEqual({ text: '', closed: false });
      release();
      await waitFor('the answer', () => long.got.closed);
      expect(long.got.text).toMatch(/^HTTP\/1\.1 200 /);
    } finally {
      release();
      clearInterval(trickle);
    }
  });
});
