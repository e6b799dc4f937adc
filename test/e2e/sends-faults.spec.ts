import { answerTo, Publisher, read } from '../support/publisher';
import { useStack } from '../support/use-stack';
import { waitFor } from '../support/wait-for';

const PARTS = ['catalogue-1', 'mongo', 'catalogue-2', 'nats', 'catalogue-1', 'mongo'];
const WRITERS = 6;
const KEYS = 5;
/** The parts are killed in turn until each was, and for so long at the least: `SLUICE_TEST_SENDS_SECONDS`. */
const SECONDS = Number(process.env.SLUICE_TEST_SENDS_SECONDS ?? 0);

/** What a writer knows of a row that it has sent. */
type Fate = 'acknowledged' | 'unknown';

describe('rows that are sent while processes are killed', () => {
  const stack = useStack({ catalogue: 2 });
  const publisher = new Publisher(stack);
  /** Answers that are neither good nor say when to try again. */
  const failures: string[] = [];

  /** A dataset, a path that takes rows for it and gives them, and how to send one. */
  async function table(name: string, file: string) {
    const { id } = await publisher.dataset(name);
    await publisher.version(id, 'csv', file);
    const { token, secret } = await publisher.token(name);
    const path = name.toLowerCase();
    for (const method of ['GET', 'POST'] as const) {
      const api = await publisher.api({ name: `${name} ${method}`, datasetId: id, path, method, active: true });
      await publisher.assign(api.id, token.id);
    }
    const post = async (row: object, key?: string): Promise<number> => {
      const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' };
      const answer = await answerTo(`${stack.url}/api/${path}`, {
        method: 'POST',
        headers: key ? { ...headers, 'idempotency-key': key } : headers,
        body: JSON.stringify(row),
      });
      if (![201, 503, 504].includes(answer.status)) failures.push(`${answer.status}: ${answer.text}`);
      return answer.status;
    };
    const rows = <Row>(): Promise<Row[]> =>
      waitFor('all rows', async () => {
        const { status, text } = await read(stack.url, `${path}/_export?_format=ndjson`, secret);
        const lines = text.trim().split('\n');
        return status === 200 && lines.map((line) => JSON.parse(line) as Row);
      });
    return { id, post, rows };
  }

  it('are there once if they were acknowledged, at most once if not, and with key fields never go back', async () => {
    const set = await table('Set', 'id,writer\n0,file\n');
    const keyed = await table('Keyed', 'id,turn\n0,0\n');
    const { headers } = await publisher.call('GET', `/datasets/${keyed.id}`);
    const ifMatch = { 'if-match': headers.get('etag') ?? '' };
    expect((await publisher.call('PATCH', `/datasets/${keyed.id}`, { keyFields: ['id'] }, ifMatch)).status).toBe(200);
    const fates = new Map<number, Fate>();
    let [next, stop] = [1, false];
    const writers = Array.from({ length: WRITERS }, async (_, index) => {
      const writer = `writer ${index}`;
      while (!stop) {
        const id = next++;
        if (index % 2 === 0) {
          const sent = async () => (await set.post({ id, writer }, `row-${id}`)) === 201;
          await waitFor('the row to be taken', sent, 60_000);
          fates.set(id, 'acknowledged');
          continue;
        }
        const status = await set.post({ id, writer }).catch(() => 504);
        fates.set(id, status === 201 ? 'acknowledged' : 'unknown');
      }
    });
    // Of each key the last turn that was acknowledged, and those of which nobody knows when they came, if they did.
    const turns = Array.from({ length: KEYS }, () => ({ sent: 0, acknowledged: 0, unknown: new Set<number>() }));
    const replacing = turns.map(async (turn, id) => {
      while (!stop) {
        const status = await keyed.post({ id, turn: ++turn.sent }).catch(() => 504);
        if (status === 201) turn.acknowledged = turn.sent;
        else turn.unknown.add(turn.sent);
      }
    });
    const acknowledged = () => [...fates.values()].filter((fate) => fate === 'acknowledged').length;
    const startedMs = performance.now();
    for (let turn = 0; turn < PARTS.length || performance.now() - startedMs < SECONDS * 1_000; turn++) {
      const before = acknowledged();
      await waitFor('rows before the fault', () => acknowledged() > before + 30, 60_000);
      await stack.kill(PARTS[turn % PARTS.length] ?? '');
      await stack.ready();
    }
    stop = true;
    await Promise.all([...writers, ...replacing]);
    await stack.ready();
    expect(failures).toEqual([]);
    const counts = new Map<number, number>();
    for (const { id } of await set.rows<{ id: number }>()) counts.set(id, (counts.get(id) ?? 0) + 1);
    expect([...counts].filter(([, count]) => count > 1)).toEqual([]);
    const lost = [...fates].filter(([id, fate]) => fate === 'acknowledged' && !counts.has(id));
    expect(lost).toEqual([]);
    expect(acknowledged()).toBeGreaterThan(PARTS.length * 30);
    const last = (await keyed.rows<{ id: number; turn: number }>()).sort((a, b) => a.id - b.id);
    expect(last.map(({ id }) => id)).toEqual(turns.map((_, id) => id));
    const stale = last.filter(({ id, turn }) => turn !== turns[id]?.acknowledged && !turns[id]?.unknown.has(turn));
    expect(stale).toEqual([]);
    expect(Math.min(...turns.map((turn) => turn.acknowledged))).toBeGreaterThan(0);
  }, 300_000);
});
