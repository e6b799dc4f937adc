import { Compose, canCompose, composeMongo } from '../support/compose';
import { type Answer, Publisher, read, vegaFile } from '../support/publisher';
import { waitFor } from '../support/wait-for';

const wanted = process.env.SLUICE_TEST_COMPOSE === 'true';
const READS_AFTER = 500;

/** As docs/operations.md has it. */
const env = {
  ...composeMongo,
  COMPOSE_PROFILES: 'nats-cluster',
  SLUICE_NATS_CONFIG: 'nats-cluster.conf',
  NATS_URL: 'nats://nats:4222,nats://nats-2:4222,nats://nats-3:4222',
};

(wanted ? describe : describe.skip)('compose with three nats-servers (with SLUICE_TEST_COMPOSE=true)', () => {
  let compose: Compose;
  let publisher: Publisher;

  beforeAll(async () => {
    if (!(await canCompose())) throw new Error('no Docker engine with the images of docker-compose.yml');
    compose = await Compose.up({ gateway: 2, catalogue: 2, registry: 2, tokens: 2 }, env);
    publisher = new Publisher({ url: compose.url, adminKey: await compose.adminKey() });
  }, 600_000);

  afterAll(() => compose?.down());

  test('reads have no error while one of them is killed, and then another', async () => {
    const { api, secret } = await publisher.publish('Weather', 'csv', await vegaFile('seattle-weather.csv'));
    const ask = (number: number): Promise<Answer> =>
      read(compose.url, `${api.path}?_limit=5&temp_max__gt=-${number}`, secret);
    await waitFor('rows', async () => (await ask(1)).status === 200);
    for (const server of ['nats-3', 'nats']) {
      const [victim = ''] = await compose.containers(server);
      const errors: string[] = [];
      let reads = 0;
      const reading = [1, 2, 3, 4].map(async (client) => {
        for (let number = 0; number < READS_AFTER; number++, reads++) {
          const { status, text } = await ask(client * READS_AFTER + number);
          if (status !== 200) errors.push(`${status} ${text}`);
        }
      });
      await waitFor('some reads', () => reads > READS_AFTER / 10);
      await compose.crash(victim);
      await Promise.all(reading);
      expect(errors).toEqual([]);
      await waitFor('it to be back', async () => (await compose.containers(server)).includes(victim));
    }
  }, 200_000);
});
