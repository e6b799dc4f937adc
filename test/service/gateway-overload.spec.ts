import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { read } from '../support/publisher';
import { waitFor } from '../support/wait-for';
import { type ApiOfATest, addApi, addToken, changeApi, exportForEver, holdPages } from './gateway-neighbours';
import { useGateway } from './use-gateway';

const IN_FLIGHT = 20;
const SHED_MS = 100;

describe('a gateway with more to do than it takes', () => {
  const gateway = useGateway({
    SLUICE_MAX_IN_FLIGHT: String(IN_FLIGHT),
    SLUICE_GATEWAY_EXPORTS: '8',
    SLUICE_EXPORTS_PER_TOKEN: '2',
  });
  let open: ApiOfATest;
  let sockets: Socket[] = [];

  beforeAll(async () => {
    const rows = Array.from({ length: 1_000 }, (_, id) => ({ id }));
    open = addApi('rows', rows);
    exportForEver(open);
    const brief = addApi('brief', rows);
    brief.route.tokenIds.push(...open.route.tokenIds);
    changeApi(brief.route);
    await waitFor('its route', async () => (await read(gateway.url, 'rows?_limit=1', open.secret)).status === 200);
  });
  afterEach(() => {
    for (const socket of sockets) socket.destroy();
    sockets = [];
  });

  /** Sends the beginning of a request and no more; it stays under way, or is read by nobody. */
  const begin = async (text: string) => {
    const { hostname, port } = new URL(gateway.url);
    const socket = connect(Number(port), hostname).pause();
    sockets.push(socket);
    await once(socket, 'connect');
    socket.write(text.replaceAll('\n', '\r\n'));
    return socket;
  };
  const head = (method: string, path: string, secret: string) =>
    `${method} /api/${path} HTTP/1.1\nHost: localhost\nAuthorization: Bearer ${secret}\n`;

  it('refuses the rest within 100 ms, tells its health all the time, and serves again once there is room', async () => {
    const waiting = addApi('waiting', [{ id: 1 }]);
    await waitFor('its route', async () => (await read(gateway.url, 'waiting', waiting.secret)).status === 200);
    const release = holdPages(waiting);
    const held: Promise<unknown>[] = [];
    const hold = () => held.push(read(gateway.url, `waiting?_limit=${held.length + 1}`, waiting.secret));
    for (let i = 1; i < IN_FLIGHT; i++) hold();
    const refused = await waitFor('a refusal', async () => {
      hold();
      const answer = await read(gateway.url, 'rows?_limit=1', open.secret);
      return answer.status === 503 && answer;
    });
    expect(refused).toMatchObject({ json: { code: 'overloaded' } });
    expect(refused.headers.get('retry-after')).toBe('1');
    const times: number[] = [];
    for (let i = 0; i < 20; i++) {
      const startedMs = performance.now();
      expect((await read(gateway.url, 'rows?_limit=1', open.secret)).status).toBe(503);
      times.push(performance.now() - startedMs);
    }
    const median = times.sort((a, b) => a - b)[10] ?? 0;
    console.info(`refused in ${median.toFixed(1)} ms (median)`);
    expect(median).toBeLessThan(SHED_MS);
    expect((await fetch(`${gateway.url}/health/ready`)).status).toBe(200);
    release();
    await Promise.all(held);
    await waitFor('room', async () => (await read(gateway.url, 'rows?_limit=1', open.secret)).status === 200);
  });

  it('lets a token run two exports at a time, and leaves the other places to other tokens and to pages', async () => {
    const exporting = async (secret: string) => {
      const socket = await begin(`${head('GET', 'rows/_export', secret)}\n`);
      await once(socket.resume(), 'data');
      return socket.pause();
    };
    await exporting(open.secret);
    await exporting(open.secret);
    const third = await read(gateway.url, 'rows/_export', open.secret);
    expect(third).toMatchObject({ status: 429, json: { code: 'rate_limited', 'violated-policies': ['exports'] } });
    const other = addToken(open);
    await waitFor('its assignment', async () => (await read(gateway.url, 'rows?_limit=1', other)).status === 200);
    await exporting(other);
    expect((await read(gateway.url, 'rows?_limit=1', open.secret)).status).toBe(200);
    sockets[0]?.destroy();
    await waitFor('the place to be free', async () => {
      return (await read(gateway.url, 'brief/_export', open.secret)).status === 200;
    });
  });

  it('lets small exports of one token follow each other for two seconds, and tells which limit is reached behind', async () => {
    const held: Socket[] = [];
    for (let i = 0; i < 2; i++) {
      const socket = await begin(`${head('GET', 'rows/_export', open.secret)}\n`);
      await once(socket.resume(), 'data');
      held.push(socket.pause());
    }
    const small = Promise.all(Array.from({ length: 8 }, () => read(gateway.url, 'brief/_export', open.secret)));
    // Four wait; the others are told at once, which shows that all of them have come.
    const first = await Promise.race([small, read(gateway.url, 'brief/_export', open.secret)]);
    expect(first).toMatchObject({ status: 429, json: { detail: 'exports of one token at a time: 2' } });
    held[0]?.destroy();
    const statuses = (await small).map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(4);
    expect(statuses.filter((status) => status === 429)).toHaveLength(4);
  });

  it('answers exports over HTTP/1.0 whole, without chunks or trailers, and holds no place for them afterwards', async () => {
    for (let times = 0; times < 4; times++) {
      const socket = await begin(
        `${head('GET', 'brief/_export?_format=ndjson', open.secret).replace('HTTP/1.1', 'HTTP/1.0')}\n`,
      );
      let text = '';
      for await (const chunk of socket) text += chunk;
      const [fields = '', body = ''] = text.split('\r\n\r\n');
      expect(fields).toMatch(/^HTTP\/1\.1 200 /);
      expect(fields).not.toMatch(/^(trailer|transfer-encoding):/im);
      expect(body.trim().split('\n').length).toBeGreaterThan(0);
    }
    expect((await read(gateway.url, 'brief/_export', open.secret)).status).toBe(200);
  });

  it('does not count exports among the requests in flight', async () => {
    const secrets = Array.from({ length: 4 }, () => addToken(open));
    for (const secret of secrets) {
      await waitFor('its assignment', async () => (await read(gateway.url, 'rows?_limit=1', secret)).status === 200);
    }
    for (const secret of secrets) {
      const socket = await begin(`${head('GET', 'rows/_export', secret)}\n`);
      await once(socket.resume(), 'data');
      socket.pause();
    }
    const pages = await Promise.all(
      Array.from({ length: IN_FLIGHT - 1 }, (_, index) => read(gateway.url, `rows?_limit=1&id=${index}`, open.secret)),
    );
    expect(pages.map(({ status }) => status)).toEqual(Array(IN_FLIGHT - 1).fill(200));
  });
});
