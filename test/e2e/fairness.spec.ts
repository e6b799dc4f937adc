import { connect, type Socket } from 'node:net';
import { Publisher, read } from '../support/publisher';
import { useStack } from '../support/use-stack';
import { waitFor } from '../support/wait-for';

const SLOW = 1_000;
const READS = 60;
/** What a busy machine may add to any request. */
const GRACE_MS = 20;

describe('a consumer beside callers that are slow on purpose', () => {
  const stack = useStack({ env: { SLUICE_REQUESTS_PER_TOKEN: '20' } });
  const publisher = new Publisher(stack);
  let open: Awaited<ReturnType<Publisher['publish']>>;
  let sending: { path: string; secret: string };
  let sockets: Socket[] = [];

  beforeAll(async () => {
    open = await publisher.publish('Fair', 'csv', `id\n${Array.from({ length: 5_000 }, (_, id) => id).join('\n')}\n`);
    const { datasetId } = open.api;
    const api = await publisher.api({ name: 'Fair sends', datasetId, method: 'POST', active: true });
    const { token, secret } = await publisher.token('Fair sends');
    await publisher.assign(api.id, token.id);
    sending = { path: api.path, secret };
  });
  afterEach(() => {
    for (const socket of sockets) socket.destroy();
    sockets = [];
  });

  /** Opens so many connections that send the beginning of a request and no more. */
  const beginMany = async (text: string) => {
    const { hostname, port } = new URL(stack.url);
    for (let at = 0; at < SLOW; at++) {
      const socket = connect(Number(port), hostname);
      socket.on('error', () => {});
      socket.once('connect', () => socket.write(text.replaceAll('\n', '\r\n')));
      sockets.push(socket);
    }
    await waitFor('the connections', () => sockets.every((socket) => !socket.connecting || socket.destroyed));
  };

  /** Reads pages that nobody asked for before, one after the other. */
  let offset = 0;
  const readMany = async () => {
    const times: number[] = [];
    for (let at = 0; at < READS; at++) {
      const startedMs = performance.now();
      const answer = await read(stack.url, `fair?_limit=10&_offset=${++offset}`, open.secret);
      times.push(performance.now() - startedMs);
      expect([answer.status, answer.text.length > 100]).toEqual([200, true]);
    }
    return times.sort((a, b) => a - b)[READS / 2] ?? 0;
  };

  const head = (method: string, path: string, more = '') =>
    `${method} ${path} HTTP/1.1\nHost: localhost\n${more}Content-Type: application/json\nContent-Length: 100\n\n`;
  const bearer = (secret: string) => `Authorization: Bearer ${secret}\n`;

  it.each([
    ['1,000 heads without a body', () => head('POST', '/manage/v1/session')],
    ['1,000 bodies without an end', () => `${head('POST', '/manage/v1/session')}{"email":`],
    [
      '1,000 sends of one token without an end',
      () => `${head('POST', `/api/${sending.path}`, bearer(sending.secret))}[{"id":`,
    ],
    [
      '1,000 queries of one token without an end',
      () => `${head('POST', '/api/fair/_query', bearer(open.secret))}{"limit":`,
    ],
  ])('sees no error and at most twice the time: %s', async (_what, text) => {
    // Queries of the consumer's own token take its own places, and nobody else's.
    const isOwn = text().includes(open.secret);
    const { token, secret } = await publisher.token(`Beside ${_what}`);
    await publisher.assign(open.api.id, token.id);
    await waitFor('the assignment', async () => (await read(stack.url, 'fair?_limit=1', secret)).status === 200);
    const idle = await readMany();
    await beginMany(isOwn ? text().replace(open.secret, secret) : text());
    const busy = await readMany();
    console.info(`a page beside ${_what}: ${busy.toFixed(1)} ms, alone ${idle.toFixed(1)} ms (medians)`);
    expect(busy).toBeLessThan(2 * idle + GRACE_MS);
  });

  it('is refused its 21st request at a time, by the name of the limit', async () => {
    const { token, secret } = await publisher.token('Many at a time');
    await publisher.assign(open.api.id, token.id);
    await waitFor('the assignment', async () => (await read(stack.url, 'fair?_limit=1', secret)).status === 200);
    await beginMany(`${head('POST', '/api/fair/_query', bearer(secret))}{"limit":`);
    const refused = await waitFor('a refusal', async () => {
      const answer = await read(stack.url, 'fair?_limit=1', secret);
      return answer.status === 429 && answer;
    });
    expect(refused.json).toMatchObject({ code: 'rate_limited', 'violated-policies': ['concurrency'] });
    expect(refused.headers.get('retry-after')).toBe('1');
    for (const socket of sockets) socket.destroy();
    await waitFor('room', async () => (await read(stack.url, 'fair?_limit=1', secret)).status === 200);
  });
});
