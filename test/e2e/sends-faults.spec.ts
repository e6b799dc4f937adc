import { answerTo, Publisher, read } from '../support/publisher';
import { Stack } from '../support/stack';
import { waitFor } from '../support/wait-for';

const PARTS = ['catalogue-1', 'mongo', 'catalogue-2', 'nats', 'catalogue-1', 'mongo'];
const WRITERS = 6;

/** What a writer knows of a row that it has sent. */
type Fate = 'acknowledged' | 'unknown';

describe('rows that are sent while processes are killed', () => {
  let stack: Stack;
  let publisher: Publisher;

  beforeAll(async () => {
    stack = await Stack.start({ catalogue: 2 });
    publisher = new Publisher(stack.url, stack.adminKey);
  }, 60_000);
  afterAll(() => stack?.stop());

  it('are there once if they were acknowledged, and at most once if not', async () => {
    const dataset = await publisher.dataset('Set');
    await publisher.version(dataset.id, 'csv', 'id,writer\n0,file\n');
    const { token, secret } = await publisher.token('Set');
    for (const method of ['GET', 'POST'] as const) {
      const api = await publisher.api({
        name: `Set ${method}`,
        datasetId: dataset.id,
        path: 'set',
        method,
        active: true,
      });
      await publisher.assign(api.id, token.id);
    }
    const fates = new Map<number, Fate>();
    let [next, stop] = [1, false];
    const post = async (id: number, writer: string, key?: string): Promise<number> => {
      const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' };
      const answer = await answerTo(`${stack.url}/api/set`, {
        method: 'POST',
        headers: key ? { ...headers, 'idempotency-key': key } : headers,
        body: JSON.stringify({ id, writer }),
      });
      return answer.status;
    };
    const writers = Array.from({ length: WRITERS }, async (_, index) => {
      const writer = `writer ${index}`;
      while (!stop) {
        const id = next++;
        if (index % 2 === 0) {
          const key = `row-${id}`;
          await waitFor('the row to be taken', async () => (await post(id, writer, key)) === 201, 60_000);
          fates.set(id, 'acknowledged');
          continue;
        }
        const status = await post(id, writer).catch(() => 504);
        fates.set(id, status === 201 ? 'acknowledged' : 'unknown');
      }
    });
    const acknowledged = () => [...fates.values()].filter((fate) => fate === 'acknowledged').length;
    for (const part of PARTS) {
      const before = acknowledged();
      await waitFor('rows before the fault', () => acknowledged() > before + 30, 60_000);
      await stack.kill(part);
      await stack.ready();
    }
    stop = true;
    await Promise.all(writers);
    await stack.ready();
    const found = await waitFor('all rows', async () => {
      const { status, text } = await read(stack.url, 'set/_export?_format=ndjson', secret);
      return (
        status === 200 &&
        text
          .trim()
          .split('\n')
          .map((line) => (JSON.parse(line) as { id: number }).id)
      );
    });
    const counts = new Map<number, number>();
    for (const id of found) counts.set(id, (counts.get(id) ?? 0) + 1);
    expect([...counts].filter(([, count]) => count > 1)).toEqual([]);
    const lost = [...fates].filter(([id, fate]) => fate === 'acknowledged' && !counts.has(id));
    expect(lost).toEqual([]);
    expect(acknowledged()).toBeGreaterThan(PARTS.length * 30);
  }, 300_000);
});
