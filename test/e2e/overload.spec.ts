import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { Publisher, read } from '../support/publisher';
import { useStack } from '../support/use-stack';
import { waitFor } from '../support/wait-for';

const IN_FLIGHT = 20;
const SHED_MS = 100;

describe('a gateway with more to do than it takes', () => {
  const env = { SLUICE_MAX_IN_FLIGHT: String(IN_FLIGHT), SLUICE_EXPORTS: '8', SLUICE_EXPORTS_PER_TOKEN: '2' };
  const stack = useStack({ env });
  const publisher = new Publisher(stack);
  let open: Awaited<ReturnType<Publisher['publish']>>;
  let sockets: Socket[] = [];

  beforeAll(async () => {
    const lines = Array.from({ length: 200_000 }, (_, id) => `${id},${'x'.repeat(80)}`);
    open = await publisher.publish('Rows', 'csv', `id,text\n${lines.join('\n')}\n`);
  });
  afterEach(() => {
    for (const socket of sockets) socket.destroy();
    sockets = [];
  });

  /** Sends the beginning of a request and no more; it stays under way, or is read by nobody. */
  const begin = async (text: string) => {
    const { hostname, port } = new URL(stack.url);
    const socket = connect(Number(port), hostname).pause();
    sockets.push(socket);
    await once(socket, 'connect');
    socket.write(text.replaceAll('\n', '\r\n'));
    return socket;
  };
  const head = (method: string, path: string, secret: string) =>
    `${method} /api/${path} HTTP/1.1\nHost: localhost\nAuthorization: Bearer ${secret}\n`;

  it('refuses the rest within 100 ms, tells its health all the time, and serves again once there is room', async () => {
    const unfinished = `${head('POST', 'rows/_query', open.secret)}Content-Type: application/json\nContent-Length: 100\n\n{`;
    for (let i = 1; i < IN_FLIGHT; i++) await begin(unfinished);
    const refused = await waitFor('a refusal', async () => {
      await begin(unfinished);
      const answer = await read(stack.url, 'rows?_limit=1', open.secret);
      return answer.status === 503 && answer;
    });
    expect(refused).toMatchObject({ json: { code: 'overloaded' } });
    expect(refused.headers.get('retry-after')).toBe('1');
    const times: number[] = [];
    for (let i = 0; i < 20; i++) {
      const startedMs = performance.now();
      expect((await read(stack.url, 'rows?_limit=1', open.secret)).status).toBe(503);
      times.push(performance.now() - startedMs);
    }
    const median = times.sort((a, b) => a - b)[10] ?? 0;
    console.info(`refused in ${median.toFixed(1)} ms (median)`);
    expect(median).toBeLessThan(SHED_MS);
    expect((await fetch(`${stack.url}/health/ready`)).status).toBe(200);
    for (const socket of sockets) socket.destroy();
    await waitFor('room', async () => (await read(stack.url, 'rows?_limit=1', open.secret)).status === 200);
  });

  it('lets a token run two exports at a time, and leaves the other places to other tokens and to pages', async () => {
    const exporting = async (secret: string) => {
      const socket = await begin(`${head('GET', 'rows/_export', secret)}\n`);
      await once(socket.resume(), 'data');
      return socket.pause();
    };
    await exporting(open.secret);
    await exporting(open.secret);
    const third = await read(stack.url, 'rows/_export', open.secret);
    expect(third).toMatchObject({ status: 429, json: { code: 'rate_limited', 'violated-policies': ['exports'] } });
    const other = await publisher.token('Other');
    await publisher.assign(open.api.id, other.token.id);
    await waitFor('its assignment', async () => (await read(stack.url, 'rows?_limit=1', other.secret)).status === 200);
    await exporting(other.secret);
    expect((await read(stack.url, 'rows?_limit=1', open.secret)).status).toBe(200);
    sockets[0]?.destroy();
    await waitFor('the place to be free', async () => {
      return (await read(stack.url, 'rows/_export?id=1', open.secret)).status === 200;
    });
  });

  it('does not count exports among the requests in flight', async () => {
    const tokens = await Promise.all(Array.from({ length: 4 }, (_, index) => publisher.token(`Export ${index}`)));
    for (const { token, secret } of tokens) {
      await publisher.assign(open.api.id, token.id);
      await waitFor('its assignment', async () => (await read(stack.url, 'rows?_limit=1', secret)).status === 200);
    }
    for (const { secret } of tokens) {
      const socket = await begin(`${head('GET', 'rows/_export', secret)}\n`);
      await once(socket.resume(), 'data');
      socket.pause();
    }
    const pages = await Promise.all(
      Array.from({ length: IN_FLIGHT - 1 }, (_, index) => read(stack.url, `rows?_limit=1&id=${index}`, open.secret)),
    );
    expect(pages.map(({ status }) => status)).toEqual(Array(IN_FLIGHT - 1).fill(200));
  });
});
