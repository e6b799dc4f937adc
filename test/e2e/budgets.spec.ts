import { Usage } from '@sluice/contracts/registry/usage';
import type { TokenLimitsChange } from '@sluice/contracts/tokens/token-limits';
import fc from 'fast-check';
import { seeds } from '../measure/seeds';
import { Publisher } from '../support/publisher';
import { useStack } from '../support/use-stack';
import { waitFor } from '../support/wait-for';
import { askOverWire as ask, type Received } from '../support/wire-client';

const ROWS = 150_000;
const SLUG = 'budgets';
const PLENTY = 10_000_000_000;
/** What two sockets on one machine may hold between them beside a piece of ours. */
const IN_SOCKETS = 12_000_000;

/** A query that reads the whole table, and that nobody else asks. */
const scanOf = (mixed: number) => `?mixed__gt=${mixed}&padding__contains=x&_agg=median(mixed)`;

describe('budgets in bytes and in milliseconds of queries, over two gateways', () => {
  const stack = useStack({ gateways: 2 });
  const publisher = new Publisher(stack);
  let apiId: string;
  let fileBytes: number;

  beforeAll(async () => {
    // Numbers that no coding packs well.
    const lines = Array.from(
      { length: ROWS },
      (_, id) => `${id},${Math.imul(id, 2654435761) >>> 0},${'x'.repeat(id % 90)}`,
    );
    const { api, secret } = await publisher.publish(SLUG, 'csv', `id,mixed,padding\n${lines.join('\n')}\n`);
    apiId = api.id;
    fileBytes = (await ask(at('/_parquet'), secret)).bytes;
  });

  const at = (path: string, gateway = stack.url) => `${gateway}/api/${SLUG}${path}`;
  /** Only the gateways that are named are asked: what another one leased and gives back would look like a charge. */
  const limited = async (name: string, limits: TokenLimitsChange, gateways: readonly string[] = [stack.url]) => {
    const { token, secret } = await publisher.token(name, { limits });
    await publisher.assign(apiId, token.id);
    for (const gateway of gateways) {
      const isAssigned = async () => (await ask(at('?_limit=1', gateway), secret, {}, 'HEAD')).status !== 403;
      await waitFor('the assignment', isAssigned);
    }
    return { tokenId: token.id, secret };
  };
  /** What is left of a quota, as an answer tells it. */
  const left = async (secret: string, name: string) => {
    const { headers } = await ask(at('?_limit=1'), secret, {}, 'HEAD');
    return Number(new RegExp(`"${name}";r=(\\d+)`).exec(String(headers.ratelimit))?.[1]);
  };
  /** What something costs by the headers of the answers around it; a HEAD costs neither bytes nor, the second time, a query. */
  const costOf = async (secret: string, name: string, work: () => Promise<unknown>) => {
    const before = await left(secret, name);
    await work();
    return before - (await left(secret, name));
  };
  const usage = async (tokenId: string) =>
    Usage.parse((await publisher.call('GET', `/usage?range=1h&tokenId=${tokenId}`)).json).totals;

  it('charges exactly the bytes that its caller receives, whatever is asked for and however it is packed', async () => {
    const { secret } = await limited('Exact', { bytesPerDay: PLENTY });
    const path = fc.oneof(
      fc.integer({ min: 1, max: 1_000 }).map((limit) => `?_limit=${limit}`),
      fc.integer({ min: 0, max: 1_000 }).map((id) => `?id=${id}`),
      fc.constantFrom('/_schema', '/_openapi.json', '/_parquet', '?nonsense=1'),
      fc.integer({ min: 1, max: 2_000 }).map((id) => `/_export?id__lt=${id}&_format=csv`),
      fc.constant('/_export?_format=ndjson'),
    );
    const headers = fc.record({
      'accept-encoding': fc.constantFrom('identity', 'gzip', 'br', 'deflate'),
      range: fc.oneof(
        fc.constant('none'),
        fc.tuple(fc.nat(fileBytes - 1), fc.nat(2_000_000)).map(([from, more]) => `bytes=${from}-${from + more}`),
      ),
    });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('GET', 'GET', 'HEAD'), path, headers, async (method, what, more) => {
        let received: Received | undefined;
        const cost = await costOf(secret, 'bytes-day', async () => {
          received = await ask(at(what), secret, more, method);
        });
        const { status = 0, bytes = 0 } = received ?? {};
        // A refusal costs nothing.
        expect({ method, what, more, cost }).toEqual({ method, what, more, cost: status < 400 ? bytes : 0 });
      }),
      { numRuns: seeds(40) },
    );
  });

  it('charges a range its bytes, and an answer that the caller holds already nothing', async () => {
    const { secret } = await limited('Ranges', { bytesPerMonth: PLENTY });
    const range = () => ask(at('/_parquet'), secret, { range: 'bytes=100-1099' });
    expect(await costOf(secret, 'bytes-month', range)).toBe(1_000);
    const { headers } = await range();
    const again = { 'if-none-match': String(headers.etag) };
    expect(await costOf(secret, 'bytes-month', () => ask(at('/_parquet'), secret, again))).toBe(0);
  });

  it.each(['/_export?_format=ndjson', '/_export?_format=csv'])(
    'charges a download of %s that is broken off for what was sent',
    async (path) => {
      const { secret, tokenId } = await limited(`Broken off ${path}`, { bytesPerDay: PLENTY });
      const before = await left(secret, 'bytes-day');
      const received = await ask(at(path), secret, {}, 'GET', 500_000);
      expect(received.isWhole).toBe(false);
      const cost = await waitFor('the charge', async () => before - (await left(secret, 'bytes-day')) || undefined);
      expect(cost).toBeGreaterThanOrEqual(received.bytes);
      expect(cost).toBeLessThan(received.bytes + IN_SOCKETS);
      const told = await waitFor('the usage', async () => (await usage(tokenId)).bytes || undefined, 20_000);
      expect(told).toBeLessThan(received.bytes + IN_SOCKETS);
    },
  );

  it('refuses an answer that is larger than what is left, says which budget and when it is back, and takes nothing for it', async () => {
    const { secret } = await limited('Small', { bytesPerDay: 1_000, bytesPerMonth: 2_000 });
    const refused = await ask(at('?_limit=1000'), secret);
    expect(refused.status).toBe(429);
    expect(JSON.parse(refused.text)).toMatchObject({
      code: 'quota_exceeded',
      'violated-policies': ['bytes-day'],
      detail: expect.stringMatching(/^the answer has \d+ bytes, more than are left \(bytesPerDay: 1000\)$/),
    });
    const midnight = new Date();
    midnight.setUTCHours(24, 0, 0, 0);
    const seconds = Number(refused.headers['retry-after']);
    expect(Math.abs((midnight.getTime() - Date.now()) / 1_000 - seconds)).toBeLessThan(10);
    expect(refused.headers['ratelimit-policy']).toBe(
      '"bytes-day";q=1000;w=86400;qu="content-bytes", "bytes-month";q=2000;w=2592000;qu="content-bytes"',
    );
    expect([await left(secret, 'bytes-day'), await left(secret, 'bytes-month')]).toEqual([1_000, 2_000]);
  });

  it('takes nothing of the day for what the month refuses', async () => {
    const { secret } = await limited('Month', { bytesPerDay: PLENTY, bytesPerMonth: 1_000 });
    const refused = await ask(at('?_limit=1000'), secret);
    expect(JSON.parse(refused.text)).toMatchObject({ 'violated-policies': ['bytes-month'] });
    expect(await left(secret, 'bytes-day')).toBe(PLENTY);
  });

  it('breaks an export off where the bytes are used up, so that it never looks whole, and tells so from then on', async () => {
    const most = 2_000_000;
    const { secret } = await limited('Cut', { bytesPerDay: most });
    const cut = await ask(at('/_export?_format=ndjson'), secret);
    expect([cut.status, cut.isWhole]).toEqual([200, false]);
    expect(cut.bytes).toBeLessThanOrEqual(most);
    const refused = await waitFor('a refusal', async () => {
      const answer = await ask(at('?_limit=1000'), secret);
      return answer.status === 429 && answer;
    });
    expect(JSON.parse(refused.text)).toMatchObject({ code: 'quota_exceeded', 'violated-policies': ['bytes-day'] });
  });

  it('never gives more bytes than the budget has, and nearly all of it, whichever gateways are asked', async () => {
    const most = 3_000_000;
    const { secret } = await limited('Shared', { bytesPerDay: most }, stack.gateways);
    let received = 0;
    let largest = 0;
    const client = async (gateway: string, index: number) => {
      for (let id = index, refusals = 0; refusals < 5; id += 8) {
        const answer = await ask(at(`?id__gte=${id}&_limit=500`, gateway), secret);
        if (answer.status === 429) refusals++;
        else {
          expect(answer.status).toBe(200);
          received += answer.bytes;
          largest = Math.max(largest, answer.bytes);
        }
      }
    };
    await Promise.all(Array.from({ length: 8 }, (_, index) => client(stack.gateways[index % 2] ?? '', index)));
    console.info(`${received} of ${most} bytes given, the largest answer has ${largest}`);
    expect(received).toBeLessThanOrEqual(most);
    // What one gateway holds is given back once it is idle; an answer that does not fit is refused whole.
    expect(received).toBeGreaterThan(most / 2);
  });

  it('charges a query for its time, and an answer at hand, a range and a description for none', async () => {
    const { secret } = await limited('Queries', { queryMsPerDay: PLENTY });
    const scan = async () => expect((await ask(at(scanOf(7)), secret)).status).toBe(200);
    expect(await costOf(secret, 'query-ms-day', scan)).toBeGreaterThan(0);
    expect(await costOf(secret, 'query-ms-day', scan)).toBe(0);
    const free = async () => {
      expect((await ask(at('/_parquet'), secret, { range: 'bytes=0-99' })).status).toBe(206);
      expect((await ask(at('/_schema'), secret)).status).toBe(200);
    };
    expect(await costOf(secret, 'query-ms-day', free)).toBe(0);
    expect(await costOf(secret, 'query-ms-day', () => ask(at('/_export?_format=csv'), secret))).toBeGreaterThan(0);
  });

  it('charges a query that several wait for to the one who began it', async () => {
    const { secret } = await limited('Began', { queryMsPerDay: PLENTY });
    const { secret: other } = await limited('Joined', { queryMsPerDay: PLENTY });
    const scan = (by: string) => ask(at(scanOf(9)), by);
    const spent = async () => [
      PLENTY - (await left(secret, 'query-ms-day')),
      PLENTY - (await left(other, 'query-ms-day')),
    ];
    const before = await spent();
    await Promise.all([secret, other, secret, other].map(scan));
    const costs = (await spent()).map((cost, index) => cost - (before[index] ?? 0)).sort((a, b) => a - b);
    expect(costs).toEqual([0, expect.any(Number)]);
    expect(costs[1]).toBeGreaterThan(0);
  });

  it('refuses queries once their time is used up, on every gateway, beyond it by what was under way', async () => {
    const most = 300;
    const { tokenId, secret } = await limited('Used up', { queryMsPerDay: most }, stack.gateways);
    const refused: Received[] = [];
    const client = async (gateway: string, index: number) => {
      for (let id = index, refusals = 0; refusals < 3; id += 2) {
        const answer = await ask(at(scanOf(100 + id), gateway), secret);
        if (answer.status === 429) {
          refused.push(answer);
          refusals++;
        } else expect(answer.status).toBe(200);
      }
    };
    await Promise.all(stack.gateways.map(client));
    const [first] = refused;
    expect(JSON.parse(first?.text ?? '')).toMatchObject({
      code: 'quota_exceeded',
      'violated-policies': ['query-ms-day'],
      detail: `the milliseconds of queries of this period are used up (queryMsPerDay: ${most})`,
    });
    expect(first?.headers['ratelimit-policy']).toBe(`"query-ms-day";q=${most};w=86400;qu="milliseconds"`);
    const { queryMs, requests } = await waitFor(
      'the usage of all of them',
      async () => {
        const told = await usage(tokenId);
        return told.clientErrors >= refused.length && told;
      },
      20_000,
    );
    console.info(`${queryMs} of ${most} ms used by ${requests} requests`);
    expect(queryMs).toBeGreaterThan(most / 2);
    expect(queryMs).toBeLessThan(most + 2 * 10_000);
  });

  it('a link is charged to the budget of the token behind it', async () => {
    const { secret } = await limited('Linked', { bytesPerDay: PLENTY });
    const made = await fetch(at('/_links'), {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
      body: JSON.stringify({ format: 'csv', query: 'id__lt=2000' }),
    });
    const { url, error } = JSON.parse(await made.text()) as { url: string; error?: unknown };
    expect({ status: made.status, error }).toEqual({ status: 201, error: undefined });
    let bytes = 0;
    const cost = await costOf(secret, 'bytes-day', async () => {
      ({ bytes } = await ask(url, 'none'));
    });
    expect(cost).toBe(bytes);
    expect(bytes).toBeGreaterThan(2_000);
  });
});
