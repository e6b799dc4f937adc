import { answerTo, Publisher, read } from '../support/publisher';
import { useStack } from '../support/use-stack';
import { waitFor } from '../support/wait-for';

const READS = 100;
/** A read waits for its answer for twelve seconds at most; on a busy machine a single one may take some of them. */
const FAR_BELOW_THE_LIMIT_MS = 5_000;
const rows = Array.from({ length: 500 }, (_, id) => `${id},city ${id % 16}`);

describe('requests while one replica of a service is frozen', () => {
  const stack = useStack({ catalogue: 2, registry: 2, tokens: 2 });
  const publisher = new Publisher(stack);
  let open: Awaited<ReturnType<Publisher['publish']>>;

  beforeAll(async () => {
    open = await publisher.publish('Rows', 'csv', `id,city\n${rows.join('\n')}\n`);
    // Both replicas have the rows, and have been heard of.
    let asked = 0;
    const isFast = async () => {
      const startMs = performance.now();
      for (let reads = 0; reads < 20; reads++) await read(stack.url, `rows?id=${asked++ % 500}`, open.secret);
      return performance.now() - startMs < 2_000;
    };
    await waitFor('reads that take no time', isFast);
  });

  /** Asks again and again while a replica is frozen; gives the statuses that came, and the times in milliseconds, sorted. */
  const whileFrozen = async (name: string, ask: (number: number) => Promise<{ status: number }>) => {
    const pid = stack.pid(name) ?? 0;
    process.kill(pid, 'SIGSTOP');
    try {
      const times: number[] = [];
      const statuses = new Set<number>();
      for (let number = 0; number < READS; number++) {
        const startMs = performance.now();
        statuses.add((await ask(number)).status);
        times.push(performance.now() - startMs);
      }
      times.sort((a, b) => a - b);
      const [median, worst] = [times[READS / 2] ?? 0, times.at(-1) ?? 0];
      console.info(`${name} frozen: median ${median.toFixed(1)} ms, worst ${worst.toFixed(0)} ms of ${READS}`);
      return { statuses: [...statuses], worst };
    } finally {
      process.kill(pid, 'SIGCONT');
    }
  };
  const manage = (path: string) =>
    answerTo(`${stack.url}/manage/v1${path}`, { headers: { authorization: `Bearer ${stack.adminKey}` } });

  it.each<[string, string, (number: number) => Promise<{ status: number }>]>([
    ['pages that no cache knows', 'catalogue-1', (number) => read(stack.url, `rows?_limit=${number + 1}`, open.secret)],
    ['datasets and versions', 'catalogue-2', () => manage(`/datasets/${open.api.datasetId}/versions`)],
    ['lists of APIs', 'registry-1', (number) => manage(`/apis?_limit=${number + 1}`)],
    ['tokens', 'tokens-1', (number) => manage(`/tokens?_limit=${number + 1}`)],
  ])('are answered without an error, and none waits for its time limit: %s', async (_, name, ask) => {
    const { statuses, worst } = await whileFrozen(name, ask);
    expect(statuses).toEqual([200]);
    expect(worst).toBeLessThan(FAR_BELOW_THE_LIMIT_MS);
  });
});
