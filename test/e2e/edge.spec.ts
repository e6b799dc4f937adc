import { readFileSync } from 'node:fs';
import { createServer, request as httpRequest, type Server } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { errorTable } from '@sluice/contracts/errors';
import { projectRoot } from '../../apps/standalone/src/machine/project-root';
import { freePorts } from '../support/free-ports';
import { Nginx, nginxCommand } from '../support/nginx';
import { ordersOn } from '../support/orders';
import { type Answer, answerTo, Publisher } from '../support/publisher';
import { useSharedStack } from '../support/use-stack';

const ROWS = 30_000;
const FIRST_ID = 100_000;
const UPLOADED_ROWS = 3_000;
const SILENT_MS = 30_000;

const readText = (...path: string[]) => readFileSync(join(projectRoot, ...path), 'utf8');

/** The shipped file, before another gateway and on another port. */
function shipped(gateway: string, port: number): string {
  return readText('docker', 'nginx', 'nginx.conf')
    .replace('http://gateway:8080', gateway)
    .replace('listen 8080', `listen 127.0.0.1:${port}`);
}

/** The lines that docs/operations.md shows, without TLS. */
function documented(gateway: string, port: number): string {
  const [, server = ''] = /```nginx\n([^`]*)```/.exec(readText('docs', 'operations.md')) ?? [];
  const plain = server
    .replace(/^ {2}ssl_.*\n/gm, '')
    .replace('listen 443 ssl', `listen 127.0.0.1:${port}`)
    .replace('http://127.0.0.1:8080', gateway);
  return around(plain);
}

/** What somebody writes who reads no documentation. */
function untold(gateway: string, port: number): string {
  return around(`server { listen 127.0.0.1:${port}; location / { proxy_pass ${gateway}; } }`);
}

/** The least that nginx needs besides a server to run as anybody. */
function around(server: string): string {
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path /tmp/${name};`);
  return `pid /tmp/nginx.pid;\nevents {}\nhttp {\naccess_log off;\n${paths.join('\n')}\n${server}\n}`;
}

const skipped = nginxCommand.words ? '' : ` (skipped: ${nginxCommand.missing})`;

(nginxCommand.words ? describe : describe.skip)(`a real nginx before a gateway${skipped}`, () => {
  const stack = useSharedStack();
  const publisher = new Publisher(stack);
  const started: Nginx[] = [];
  let secret = '';

  const startNginx = async (configuration: (gateway: string, port: number) => string, gateway = stack.url) => {
    const [port = 0] = await freePorts(1);
    const nginx = new Nginx();
    started.push(nginx);
    await nginx.start(configuration(gateway, port), port);
    return `http://127.0.0.1:${port}`;
  };

  beforeAll(async () => {
    const lines = Array.from({ length: ROWS }, (_, index) => `${FIRST_ID + index},row ${index}`);
    ({ secret } = await publisher.publish('Behind nginx', 'csv', `id,name\n${lines.join('\n')}\n`));
  });
  afterAll(() => Promise.all(started.map((nginx) => nginx.stop())));

  const ask = (base: string, path: string, init: RequestInit = {}) =>
    answerTo(`${base}${path}`, { ...init, headers: { authorization: `Bearer ${secret}`, ...init.headers } });
  const expectSame = (through: Answer, direct: Answer) => {
    expect(through.status).toBe(direct.status);
    expect(through.headers.get('content-type')).toBe(direct.headers.get('content-type'));
    if (direct.status < 400) expect(through.text).toBe(direct.text);
    else expect((through.json as { code: string }).code).toBe((direct.json as { code: string }).code);
  };
  const inMany = (count: number) =>
    Array.from({ length: count }, (_, index) => `id__in=${FIRST_ID + 2 * index}`).join('&');

  describe.each([
    ['as it is shipped', shipped],
    ['as docs/operations.md has it', documented],
  ])('%s', (_name, configuration) => {
    let edge: string;
    beforeAll(async () => {
      edge = await startNginx(configuration);
    });

    it('passes 1,000 values in an address', async () => {
      const path = `/api/behind-nginx?${inMany(1_000)}&_limit=1000&_format=csv`;
      const answer = await ask(edge, path);
      expectSame(answer, await ask(stack.url, path));
      expect(answer.text.split('\r\n')).toHaveLength(1_002);
    });

    it('passes Link fields as long as they get, and the pages behind them', async () => {
      let next = `/api/behind-nginx?${inMany(780)}&_limit=390`;
      let rows = 0;
      for (const isLast of [false, true]) {
        const { headers, json, status } = await ask(edge, next, { headers: { prefer: 'links=absolute' } });
        expect(status).toBe(200);
        rows += (json as { data: unknown[] }).data.length;
        const link = headers.get('link') ?? '';
        expect(link.length > 10_000).toBe(!isLast);
        next = link.slice(link.indexOf('/api'), link.indexOf('>'));
      }
      expect(rows).toBe(780);
    });

    it('passes header fields as large as the gateway takes, and its refusal of larger ones', async () => {
      expect((await ask(edge, '/api/behind-nginx', { headers: { 'x-large': 'x'.repeat(15_000) } })).status).toBe(200);
      const refused = await ask(edge, '/api/behind-nginx', { headers: { 'x-large': 'x'.repeat(20_000) } });
      expect(refused).toMatchObject({ status: 431, json: { code: 'headers_too_large' } });
    });

    it('passes bodies as large as the gateway takes, and its refusal of larger ones', async () => {
      const post = (base: string, bytes: number) => {
        const body = `{"limit":1${' '.repeat(bytes)}}`;
        return ask(base, '/api/behind-nginx/_query', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body,
        });
      };
      for (const bytes of [200_000, 300_000]) expectSame(await post(edge, bytes), await post(stack.url, bytes));
      const behind = new Publisher({ url: edge, adminKey: stack.adminKey });
      const { id } = await behind.dataset(`Through nginx ${edge}`);
      const version = await behind.version(id, 'csv', `text\n${`${'x'.repeat(999)}\n`.repeat(UPLOADED_ROWS)}`);
      expect(version.rowCount).toBe(UPLOADED_ROWS);
    });

    it.each([
      ['HEAD', '/api/behind-nginx'],
      ['OPTIONS', '/api/behind-nginx'],
      ['QUERY', '/api/behind-nginx'],
      ['PROPFIND', '/api/behind-nginx'],
      ['DELETE', '/api/behind-nginx'],
      ['GET', '/api/behind-nginx/'],
      ['GET', '/api//behind-nginx'],
      ['GET', '/api/behind-nginx?name=%zz'],
      ['GET', '/api/behind-nginx?name=a%2Fb%20%2B%00'],
      ['GET', '/api/behind%2Dnginx?_limit=1'],
      ['GET', '/nothing'],
    ])('answers %s %s as the gateway does', async (method, path) => {
      expectSame(await exchange(edge, method, path, secret), await exchange(stack.url, method, path, secret));
    });

    it('passes whole exports, and what a caller holds', async () => {
      const path = '/api/behind-nginx/_export?_format=csv&_sort=-id';
      const answer = await ask(edge, path);
      expectSame(answer, await ask(stack.url, path));
      expect(answer.text.split('\r\n')).toHaveLength(ROWS + 2);
      const held = await ask(edge, path, { headers: { 'if-none-match': answer.headers.get('etag') ?? '' } });
      expect(held.status).toBe(304);
    });
  });

  it('without any directive of ours passes whole exports as HTTP/1.0, and the next ones', async () => {
    const edge = await startNginx(untold);
    for (const format of ['csv', 'ndjson', 'json']) {
      const path = `/api/behind-nginx/_export?_format=${format}`;
      expectSame(await ask(edge, path), await ask(stack.url, path));
    }
  });

  describe('as it is shipped', () => {
    const expectProblem = (answer: Answer, code: keyof typeof errorTable) => {
      const { status, title } = errorTable[code];
      expect(answer).toMatchObject({ status, json: { type: `/docs/errors#${code}`, code, status, title } });
      expect(answer.headers.get('content-type')).toBe('application/problem+json');
      expect((answer.json as { instance: string }).instance).toBe(answer.headers.get('x-request-id'));
    };

    it('answers what it refuses itself by the problems of the product', async () => {
      const edge = await startNginx(shipped);
      const large = 'x'.repeat(40_000);
      expectProblem(await ask(edge, '/api/behind-nginx', { headers: { 'x-large': large } }), 'headers_too_large');
      expectProblem(await exchange(edge, 'GET', `/api/behind-nginx?${large}`, secret), 'headers_too_large');
      expectProblem(await exchange(edge, 'GET', '/api/%zz', secret), 'malformed_request');
      expectProblem(await exchange(edge, 'GET', '/api/a%00', secret), 'malformed_request');
      const traced = await exchange(edge, 'TRACE', '/api/behind-nginx', secret);
      expectProblem(traced, 'method_not_allowed');
      expect(traced.headers.get('allow')).toContain('GET');
      expect(await rawly(edge, 'GET / HTTP/1.1\r\nno field\r\n\r\n')).toMatch(/ 400 [\s\S]*"malformed_request"/);
    });

    it('says so where no gateway answers, and whether a change may have been made', async () => {
      const [nobody = 0] = await freePorts(1);
      const edge = await startNginx(shipped, `http://127.0.0.1:${nobody}`);
      const read = await ask(edge, '/api/behind-nginx');
      expectProblem(read, 'unavailable');
      expect(read.headers.get('retry-after')).toBe('1');
      expect(read.json).not.toHaveProperty('outcome');
      const sent = await ask(edge, '/api/behind-nginx', { method: 'POST', body: '{}' });
      expectProblem(sent, 'unavailable');
      expect(sent.json).toMatchObject({ outcome: 'unknown' });
    });

    it('gives what is safe to repeat to another gateway: reads, and sends with a key, which happen once', async () => {
      const dying = createServer((request) => request.socket.destroy());
      const port = await listening(dying);
      const both = (gateway: string, at: number) =>
        shipped('http://gateways', at).replace(
          'server {',
          `upstream gateways { server ${gateway.slice('http://'.length)}; server 127.0.0.1:${port}; }\nserver {`,
        );
      const edge = await startNginx(both);
      const { post, rows } = await ordersOn(stack, 'Edge')();
      for (let id = 10; id < 20; id++) {
        expect((await ask(edge, `/api/behind-nginx?_limit=${id}`)).status).toBe(200);
        const order = { order_id: id, region: 'EU', amount: '1.00', day: '2026-01-01' };
        expect(await post(order, { 'idempotency-key': `order-${id}` }, edge)).toMatchObject({ status: 201 });
      }
      expect((await rows('?_limit=50', { 'sluice-min-snapshot': (await rows()).meta.snapshot })).data).toHaveLength(12);
      await closed(dying);
    });

    it(
      'says so where a gateway does not answer in time',
      async () => {
        const silent = createServer(() => {});
        const port = await listening(silent);
        const hasty = (gateway: string, at: number) =>
          shipped(gateway, at).replaceAll('read_timeout 16s', 'read_timeout 300ms');
        const edge = await startNginx(hasty, `http://127.0.0.1:${port}`);
        expectProblem(await ask(edge, '/api/behind-nginx', { method: 'POST', body: '{}' }), 'timeout');
        await closed(silent);
      },
      SILENT_MS,
    );
  });
});

/** The port on which a server of a test listens from now on. */
async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return address && typeof address === 'object' ? address.port : 0;
}

async function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

/** A request that fetch would not send, or not as it stands. */
function exchange(base: string, method: string, path: string, secret: string): Promise<Answer> {
  const { hostname, port } = new URL(base);
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${secret}`, connection: 'close' };
    const request = httpRequest({ hostname, port, method, path, headers }, async (response) => {
      let text = '';
      for await (const chunk of response.setEncoding('utf8')) text += chunk;
      const answered = new Headers();
      for (const [name, value] of Object.entries(response.headers)) answered.set(name, String(value));
      const json = text !== '' && /json/.test(String(response.headers['content-type'])) ? JSON.parse(text) : undefined;
      resolve({ status: response.statusCode ?? 0, headers: answered, text, json });
    });
    request.on('error', reject).end();
  });
}

/** The answer to these bytes, up to the end of the connection. */
async function rawly(base: string, bytes: string): Promise<string> {
  const socket = connect(Number(new URL(base).port), '127.0.0.1');
  socket.write(bytes);
  let text = '';
  for await (const chunk of socket.setEncoding('utf8')) text += chunk;
  return text;
}
