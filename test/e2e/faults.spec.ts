import { importsRunning } from '../support/imports-running';
import { Publisher, read, vegaFile } from '../support/publisher';
import { useStack } from '../support/use-stack';
import { waitFor } from '../support/wait-for';

/** How soon is not promised here: a machine that is busy with its disk takes its time to start a database again. */
const RETURN_MS = 60_000;

describe('when a process is killed', () => {
  const stack = useStack({ catalogue: 2 });
  const publisher = new Publisher(stack);
  let open: Awaited<ReturnType<Publisher['publish']>>;

  beforeAll(async () => {
    open = await publisher.publish('Weather', 'csv', await vegaFile('seattle-weather.csv'));
  });

  const parts = ['tokens-1', 'registry-1', 'catalogue-1', 'nats', 'mongo', 'gateway-1'];

  it.each(parts)(
    '%s: reads fail cleanly or not at all, every answer is whole, and all is back by itself',
    async (part) => {
      const good = (await read(stack.url, 'weather?_limit=50', open.secret)).text;
      const seen = new Map<string, number>();
      let stop = false;
      const reading = Array.from({ length: 4 }, async () => {
        while (!stop) {
          const outcome = await read(stack.url, 'weather?_limit=50', open.secret).then(
            ({ status, text }) => (status === 200 && text !== good ? 'wrong rows' : String(status)),
            () => 'no connection',
          );
          seen.set(outcome, (seen.get(outcome) ?? 0) + 1);
        }
      });
      try {
        await stack.kill(part);
        const again = async () => (await read(stack.url, 'weather?_limit=50', open.secret)).text === good;
        await waitFor('rows again', again, RETURN_MS);
        await stack.ready(RETURN_MS);
      } finally {
        stop = true;
        await Promise.all(reading);
      }
      const allowed = ['200', '503', '504', ...(part === 'gateway-1' ? ['no connection'] : [])];
      expect([...seen.keys()].filter((outcome) => !allowed.includes(outcome))).toEqual([]);
    },
    150_000,
  );

  it('every acknowledged change is still there after all of them were killed', async () => {
    const acknowledged: string[] = [];
    for (const part of parts) {
      const writing = (async () => {
        for (let i = 0; i < 5; i++) {
          const answer = await publisher.call('POST', '/tokens', { name: `${part} ${i}` }).catch(() => null);
          if (answer?.status === 201) acknowledged.push((answer.json as { token: { id: string } }).token.id);
        }
      })();
      await stack.kill(part);
      await writing;
      await stack.ready(RETURN_MS);
    }
    expect(acknowledged.length).toBeGreaterThan(0);
    for (const id of acknowledged) {
      const answer = await waitFor('an answer', async () => {
        const got = await publisher.call('GET', `/tokens/${id}`);
        return got.status === 503 ? null : got;
      });
      expect(answer.status).toBe(200);
    }
  }, 400_000);

  it.each(['catalogue', 'gateway-1', 'mongo', 'nats'])(
    'an import that %s dies under leaves no half version, and the next one works',
    async (part) => {
      const dataset = await publisher.dataset(`Import under ${part}`);
      const rows = Array.from({ length: 400_000 }, (_, id) => `${id},${'x'.repeat(40)},${id * 1.5}`);
      const file = Buffer.from(`id,text,number\n${rows.join('\n')}\n`);
      const uploading = publisher.upload(dataset.id, 'csv', file).catch(() => null);
      await waitFor('the import to begin', () => importsRunning(stack.mongoUrl, dataset.id));
      for (const name of part === 'catalogue' ? ['catalogue-1', 'catalogue-2'] : [part]) await stack.kill(name);
      const answer = await uploading;
      await stack.ready(RETURN_MS);
      const settled = await waitFor(
        'the import to be over',
        async () => {
          if (await importsRunning(stack.mongoUrl, dataset.id)) return false;
          const { status, json } = await publisher.call('GET', `/datasets/${dataset.id}`);
          return status === 200 && (json as { latestVersion: number | null });
        },
        90_000,
      );
      if (answer?.status === 201) expect(settled.latestVersion).toBe(1);
      const versions = await publisher.call('GET', `/datasets/${dataset.id}/versions`);
      for (const version of (versions.json as { data: { rowCount: number }[] }).data) {
        expect(version.rowCount).toBe(400_000);
      }
      const next = await publisher.version(dataset.id, 'csv', 'a\n1\n');
      expect(next.number).toBe((settled.latestVersion ?? 0) + 1);
    },
    180_000,
  );
});
