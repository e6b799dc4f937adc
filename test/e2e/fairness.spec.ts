import { Publisher, read } from '../support/publisher';
import { headOf, SlowCallers } from '../support/slow-callers';
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
  const callers = new SlowCallers(stack);

  beforeAll(async () => {
    open = await publisher.publish('Fair', 'csv', `id\n${Array.from({ length: 5_000 }, (_, id) => id).join('\n')}\n`);
    const { datasetId } = open.api;
    const api = await publisher.api({ name: 'Fair sends', datasetId, method: 'POST', active: true });
    const { token, secret } = await publisher.token('Fair sends');
    await publisher.assign(api.id, token.id);
    sending = { path: api.path, secret };
  });
  afterEach(() => callers.leave());

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

  it.each([
    ['1,000 heads without a body', () => headOf('POST', '/manage/v1/session')],
    ['1,000 bodies without an end', () => `${headOf('POST', '/manage/v1/session')}{"email":`],
    [
      '1,000 sends of one token without an end',
      () => `${headOf('POST', `/api/${sending.path}`, sending.secret)}[{"id":`,
    ],
    ['1,000 queries of one token without an end', () => `${headOf('POST', '/api/fair/_query', open.secret)}{"limit":`],
  ])('sees no error and at most twice the time: %s', async (_what, text) => {
    // Queries of the consumer's own token take its own places, and nobody else's.
    const isOwn = text().includes(open.secret);
    const { token, secret } = await publisher.token(`Beside ${_what}`);
    await publisher.assign(open.api.id, token.id);
    await waitFor('the assignment', async () => (await read(stack.url, 'fair?_limit=1', secret)).status === 200);
    const idle = await readMany();
    await callers.begin(isOwn ? text().replace(open.secret, secret) : text(), SLOW);
    const busy = await readMany();
    console.info(`a page beside ${_what}: ${busy.toFixed(1)} ms, alone ${idle.toFixed(1)} ms (medians)`);
    expect(busy).toBeLessThan(2 * idle + GRACE_MS);
  });

  it('is refused its 21st request at a time, by the name of the limit', async () => {
    const { token, secret } = await publisher.token('Many at a time');
    await publisher.assign(open.api.id, token.id);
    await waitFor('the assignment', async () => (await read(stack.url, 'fair?_limit=1', secret)).status === 200);
    await callers.begin(`${headOf('POST', '/api/fair/_query', secret)}{"limit":`, SLOW);
    const refused = await waitFor('a refusal', async () => {
      const answer = await read(stack.url, 'fair?_limit=1', secret);
      return answer.status === 429 && answer;
    });
    expect(refused.json).toMatchObject({ code: 'rate_limited', 'violated-policies': ['concurrency'] });
    // In turns with the hundreds that were refused in the same second.
    expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(10);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    callers.leave();
    await waitFor('room', async () => (await read(stack.url, 'fair?_limit=1', secret)).status === 200);
  });
});
