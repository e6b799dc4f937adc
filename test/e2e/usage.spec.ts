import { Usage, type UsageFilter } from '@sluice/contracts/registry/usage';
import { answerTo, Publisher, read } from '../support/publisher';
import { useStack } from '../support/use-stack';
import { waitFor } from '../support/wait-for';

const FILE = `id,name\n${Array.from({ length: 500 }, (_, i) => `${i},n${i}`).join('\n')}\n`;
/** Gateways tell every 5 s. */
const TOLD_MS = 20_000;

const sumOf = (parts: readonly { requests: number }[]) => parts.reduce((sum, { requests }) => sum + requests, 0);

describe('usage', () => {
  const stack = useStack({ gateways: 2 });
  const publisher = new Publisher(stack);

  const usage = async (filter: Partial<UsageFilter>) => {
    const { json, text, status } = await publisher.call('GET', `/usage?${new URLSearchParams(filter)}`);
    if (status !== 200) throw new Error(text);
    return Usage.parse(json);
  };
  const counted = (filter: Partial<UsageFilter>, requests: number) =>
    waitFor(
      `${requests} requests`,
      async () => {
        const found = await usage(filter);
        // Its parts are read one after the other, and gateways tell of more in between.
        const parts = [[found.totals], found.tokens, found.apis].map(sumOf);
        return parts.every((sum) => sum === requests) ? found : undefined;
      },
      TOLD_MS,
    );

  it('counts the requests, rows, bytes and errors of every gateway, by API, token and dataset', async () => {
    const { api, secret, tokenId } = await publisher.publish('Counted', 'csv', FILE);
    const stranger = await publisher.token('stranger');
    let bytes = 0;
    for (let i = 0; i < 10; i++) {
      const { text } = await read(stack.gateways[i % 2] ?? '', `${api.path}?_limit=50`, secret, {
        'accept-encoding': 'identity',
      });
      bytes += text.length;
    }
    await read(stack.url, `${api.path}?nonsense=1`, secret);
    await read(stack.url, api.path, stranger.secret);
    const exported = await read(stack.url, `${api.path}/_export?_format=csv`, secret, {
      'accept-encoding': 'identity',
    });
    expect(exported.text.trim().split('\n')).toHaveLength(501);
    const found = await counted({ apiId: api.id, range: '1h' }, 13);
    expect(found.totals).toMatchObject({ rows: 10 * 50 + 500, clientErrors: 2, serverErrors: 0 });
    expect(found.totals.bytes).toBeGreaterThan(bytes + exported.text.length);
    expect(found.totals.p50).toBeGreaterThan(0);
    expect(found.totals.p99 ?? 0).toBeGreaterThanOrEqual(found.totals.p50 ?? 0);
    expect(found.series.reduce((sum, { requests }) => sum + requests, 0)).toBe(13);
    expect(found.tokens).toMatchObject([
      { id: tokenId, requests: 12, errors: 1 },
      { id: stranger.token.id, requests: 1, errors: 1 },
    ]);
    for (const range of ['24h', '7d', '30d', '90d'] as const)
      expect((await usage({ apiId: api.id, range })).totals.requests).toBe(13);
    expect((await usage({ tokenId: stranger.token.id })).totals.requests).toBe(1);
    expect((await usage({ datasetId: api.datasetId })).apis).toMatchObject([{ id: api.id, requests: 13, rows: 1_000 }]);
  });

  it('counts rows for each caller, also from a cache, and none for an answer that was not modified', async () => {
    const { api, secret } = await publisher.publish('Cached', 'csv', FILE);
    const first = await read(stack.url, api.path, secret);
    await read(stack.url, api.path, secret);
    const held = { 'if-none-match': first.headers.get('etag') ?? '' };
    expect((await read(stack.url, api.path, secret, held)).status).toBe(304);
    expect((await counted({ apiId: api.id }, 3)).totals.rows).toBe(200);
  });

  it('loses nothing while registry is away, and counts nothing twice when it is back', async () => {
    const { api, secret } = await publisher.publish('Away', 'csv', FILE);
    await read(stack.url, api.path, secret);
    await counted({ apiId: api.id }, 1);
    await stack.stopPart('registry-1');
    for (let i = 0; i < 5; i++) expect((await read(stack.url, api.path, secret)).status).toBe(200);
    await stack.restart('registry-1');
    await stack.ready();
    await counted({ apiId: api.id }, 6);
    await read(stack.url, api.path, secret);
    await counted({ apiId: api.id }, 7);
  }, 90_000);

  it('keeps what was told before a gateway was killed, and what one counted that stopped in order', async () => {
    const { api, secret } = await publisher.publish('Killed', 'csv', FILE);
    const other = stack.gateways[1] ?? '';
    await waitFor('the route', async () => (await read(other, api.path, secret)).status === 200);
    const { totals } = await waitFor(
      'what was told',
      async () => {
        const found = await usage({ apiId: api.id });
        return found.totals.requests > 0 ? found : undefined;
      },
      TOLD_MS,
    );
    await stack.kill('gateway-2');
    await stack.ready();
    expect((await usage({ apiId: api.id })).totals.requests).toBe(totals.requests);
    await waitFor('the gateway', async () => (await read(other, api.path, secret)).status === 200);
    await stack.stopPart('gateway-2');
    const after = await usage({ apiId: api.id });
    expect(after.totals.requests).toBeGreaterThan(totals.requests);
    await stack.restart('gateway-2');
    await stack.ready();
  }, 90_000);

  it('shows requests as they happen, whichever gateway answers them', async () => {
    const { api, secret, tokenId } = await publisher.publish('Watched', 'csv', FILE);
    const stop = new AbortController();
    const live = await fetch(`${stack.url}/manage/v1/usage/live?apiId=${api.id}`, {
      headers: { authorization: `Bearer ${stack.adminKey}` },
      signal: stop.signal,
    });
    expect(live.headers.get('content-type')).toContain('text/event-stream');
    let text = '';
    const reading = (async () => {
      for await (const chunk of live.body ?? []) text += Buffer.from(chunk).toString();
    })().catch(() => {});
    for (const gateway of stack.gateways) {
      const made: string[] = [];
      await waitFor('one of the requests', async () => {
        const { headers } = await read(gateway, api.path, secret);
        made.push(headers.get('x-request-id') ?? 'none');
        return made.some((id) => text.includes(id));
      });
    }
    const [seen] = /\{.*\}/.exec(text) ?? [];
    expect(JSON.parse(seen ?? '')).toMatchObject({ apiId: api.id, tokenId, method: 'GET', status: 200, rows: 100 });
    stop.abort();
    await reading;
  });

  it('is told to admins only, and for known spans', async () => {
    expect((await answerTo(`${stack.url}/manage/v1/usage`)).status).toBe(401);
    expect((await publisher.call('GET', '/usage?range=2h')).status).toBe(400);
  });
});
