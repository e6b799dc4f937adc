import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { type Answer, answerTo } from '../support/publisher';
import { waitFor } from '../support/wait-for';
import { type ApiOfATest, addApi, changeApi } from './gateway-neighbours';
import { useGateway } from './use-gateway';

const MAX_GROWTH_BYTES = 150 * 1024 * 1024;
const LARGE = ' '.repeat(300_000);
const BOMB_BYTES = 50 * 1024 * 1024;

const gateway = useGateway();
let secret: string;

beforeAll(() => {
  ({ secret } = addApi('rows', [{ id: 1 }]));
});

const admin = () => ({ authorization: `Bearer ${gateway.adminKey}` });
const isOurs = (answer: Answer, what: string) => {
  if (answer.status >= 500) throw new Error(`${what}: ${answer.status} ${answer.text}`);
  if (answer.status >= 400) {
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(answer.text).not.toMatch(/\bat .+\.[jt]s:|node_modules/);
  }
};

const query = (body: string) =>
  answerTo(`${gateway.url}/api/rows/_query`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
    body,
  });
const create = (body: string | Buffer, headers: Record<string, string> = {}) =>
  answerTo(`${gateway.url}/manage/v1/datasets`, {
    method: 'POST',
    headers: { ...admin(), 'content-type': 'application/json', ...headers },
    body: body as RequestInit['body'],
  });

describe('bodies', () => {
  it.each([10, 1_000, 3_000, 5_000, 8_000, 45_000])('nested %i levels deep are refused', async (depth) => {
    const deep = [
      `${'['.repeat(depth)}${']'.repeat(depth)}`,
      `{"filter":${'{"_and":['.repeat(depth)}${']}'.repeat(depth)}}`,
      `{"filter":${'{"_not":'.repeat(depth)}{"id":1}${'}'.repeat(depth)}}`,
      `{"name":${'['.repeat(depth)}${']'.repeat(depth)}}`,
    ];
    for (const text of deep) {
      for (const answer of [await create(text), await query(text)]) {
        isOurs(answer, text.slice(0, 40));
        if (depth > 10) expect(answer.status).toBeGreaterThanOrEqual(400);
      }
    }
  });

  it.each([
    '{"name":1e400}',
    '{"name":"\ud800"}',
    '\ufeff{"name":"bom"}',
    '{"name":"a","name":"b"}',
    '{"name":"a"',
    'NaN',
    '',
  ])('such as %j have an answer of ours', async (text) => {
    isOurs(await create(text), text);
    isOurs(await query(text), text);
  });

  it.each([
    ['as JSON', '/manage/v1/datasets'],
    ['as a query', '/api/rows/_query'],
  ])('that are too large %s are refused at once, and the rest of them is read over', async (_, path) => {
    const { hostname, port } = new URL(gateway.url);
    const socket = connect({ port: Number(port), host: hostname, allowHalfOpen: true });
    const received: Buffer[] = [];
    socket.on('data', (bytes: Buffer) => received.push(bytes));
    const bearer = path.startsWith('/api') ? secret : gateway.adminKey;
    const head = [
      `POST ${path} HTTP/1.1`,
      'Host: x',
      `Authorization: Bearer ${bearer}`,
      'Content-Type: application/json',
    ];
    socket.write(`${[...head, `Content-Length: ${21 * LARGE.length}`].join('\r\n')}\r\n\r\n`);
    socket.write(LARGE);
    await once(socket, 'end');
    const answer = Buffer.concat(received).toString();
    expect([answer.slice(0, 12), answer.includes('"payload_too_large"')]).toEqual(['HTTP/1.1 413', true]);
    const closed = once(socket, 'close');
    const write = promisify((text: string, done: (error?: Error | null) => void) => socket.write(text, done));
    for (let sent = 0; sent < 20; sent++) await write(LARGE);
    socket.end();
    // True for a connection that was reset.
    expect(await closed).toEqual([false]);
  });

  it('that are packed bombs are refused wherever a body is taken, and memory stays as it was', async () => {
    const bomb = gzipSync(Buffer.alloc(BOMB_BYTES, ' '));
    const packed = { 'content-encoding': 'gzip' };
    const { route, secret: sender }: ApiOfATest = addApi('bomb', []);
    changeApi({ ...route, method: 'POST' });
    const send = () =>
      answerTo(`${gateway.url}/api/${route.path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${sender}`, 'content-type': 'application/json', ...packed },
        body: bomb as RequestInit['body'],
      });
    const beforeBytes = process.memoryUsage().rss;
    for (let i = 0; i < 5; i++) {
      expect((await create(bomb, packed)).status).toBe(415);
      expect((await send()).status).toBe(413);
    }
    expect(process.memoryUsage().rss - beforeBytes).toBeLessThan(MAX_GROWTH_BYTES);
  });
});

describe('paths', () => {
  const spelled = [
    '/api//rows',
    '/api/rows/',
    '/api/ROWS',
    '/api/./rows',
    '/api/x/../rows',
    '/api/%72ows',
    '/api/rows;a=b',
    '/api/rows%2f',
    '/api/%2e%2e/api/rows',
    '/api/ｒows',
    '/api\\rows',
    '/API/rows',
    '//api/rows',
  ];

  it.each(spelled)(
    '%s is one address: without a token as closed, with one as unknown, as any that does not exist',
    async (path) => {
      const raw = (headers: Record<string, string>) => answerTo(`${gateway.url}${path}`, { headers });
      const [closed, opened] = [await raw({}), await raw({ authorization: `Bearer ${secret}` })];
      const normal = new URL(`${gateway.url}${path}`).pathname;
      if (normal === '/api/rows') expect([closed.status, opened.status]).toEqual([401, 200]);
      else {
        expect([401, 404]).toContain(closed.status);
        expect(opened.status).toBe(404);
      }
    },
  );

  it.each(spelled)('of management cannot be reached around its guard by a spelling such as %s', async (path) => {
    const spelling = path.replace(/api/gi, 'manage/v1').replace(/r?ows|ｒows/i, 'datasets');
    expect([401, 404]).toContain((await answerTo(`${gateway.url}${spelling}`)).status);
  });
});

describe('a row filter that a publisher keeps to itself', () => {
  const hidden = 4_711;
  const sha = (text: string) => createHash('sha256').update(text).digest('base64url').slice(0, 22);
  /** What the release before wrote for these rows, which needs no secret. */
  const guess = (id: number) => sha(JSON.stringify([['id'], { field: 'id', op: 'eq', values: [String(id)] }, null]));

  it('cannot be found by trying filters against the ETag and the snapshot of an answer', async () => {
    const { secret: theirs, route } = addApi('hiding', [{ id: hidden }], { rowFilter: { id: hidden } });
    const get = (path: string) =>
      answerTo(`${gateway.url}/api/hiding${path}`, { headers: { authorization: `Bearer ${theirs}` } });
    const answer = await waitFor('rows', async () => {
      const got = await get('');
      return got.status === 200 && got;
    });
    const snapshot = answer.headers.get('sluice-snapshot') ?? '';
    const guesses = new Set(Array.from({ length: 10_000 }, (_, id) => guess(id)));
    expect(snapshot).toMatch(/^ver_\w+\.0\.[\w-]{22}$/);
    expect(guesses).not.toContain(snapshot.split('.')[2]);
    expect([...guesses].filter((each) => answer.headers.get('etag')?.includes(each))).toEqual([]);
    // For a day after the upgrade the older name still opens the changes, and only the right one.
    const { versionId } = route.snapshot;
    expect((await get(`/_changes?since=${versionId}.0.${guess(hidden)}`)).status).toBe(200);
    expect((await get(`/_changes?since=${versionId}.0.${guess(hidden + 1)}`)).status).toBe(410);
    expect((await get(`/_changes?since=${snapshot}`)).status).toBe(200);
  });
});
