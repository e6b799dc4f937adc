import { Compose, canCompose, composeMongo } from '../support/compose';
import { ordersOn } from '../support/orders';
import { type Answer, Publisher, read, vegaFile } from '../support/publisher';
import { waitFor } from '../support/wait-for';

const wanted = process.env.SLUICE_TEST_COMPOSE === 'true';
const READS_IN_A_ROW = 40;
const REFUSED_WITHIN_MS = 1_000;
/** A read that the crashed replica had already taken may wait for its whole 12 s; every later one is answered. */
const IN_FLIGHT_MS = 30_000;

(wanted ? describe : describe.skip)('docker compose (with SLUICE_TEST_COMPOSE=true, takes minutes)', () => {
  let compose: Compose;
  let publisher: Publisher;

  beforeAll(async () => {
    if (!(await canCompose())) throw new Error('no Docker engine with the images of docker-compose.yml');
    compose = await Compose.up({ gateway: 2, catalogue: 3, registry: 2, tokens: 2 }, composeMongo);
    publisher = new Publisher({ url: compose.url, adminKey: await compose.adminKey() });
  }, 600_000);

  afterAll(() => compose?.down());

  /** Reads through the edge, which takes the gateways in turn; fails with the answers that are not as expected. */
  const expectAll = async (status: number, path: string, secret: string): Promise<true> => {
    const reads = Array.from({ length: READS_IN_A_ROW }, () => read(compose.url, path, secret));
    const others = (await Promise.all(reads)).filter((answer) => answer.status !== status);
    if (others.length > 0) throw new Error([...new Set(others.map(({ text }) => text))].join('\n'));
    return true;
  };

  const publish = async (name: string) => {
    const published = await publisher.publish(name, 'csv', await vegaFile('seattle-weather.csv'));
    const path = `${published.api.path}?weather=snow&_limit=3`;
    await waitFor(`${path} on every gateway`, () => expectAll(200, path, published.secret));
    return { ...published, path };
  };

  test('from a file to a live endpoint through the edge, and a revoked token is refused by every gateway within 1 s', async () => {
    const { path, secret, tokenId } = await publish('Weather one');
    const answer = await read(compose.url, path, secret);
    expect(answer.json).toMatchObject({ page: { returned: 3, hasMore: true }, data: [{ date: '2012-01-14' }, {}, {}] });
    expect((await publisher.call('POST', `/tokens/${tokenId}/revoke`)).status).toBe(200);
    const revokedAtMs = performance.now();
    await waitFor('refusal by every gateway', () => expectAll(401, path, secret));
    expect(performance.now() - revokedAtMs).toBeLessThan(REFUSED_WITHIN_MS);
  });

  test('reads go on while a replica of every service crashes, and it comes back', async () => {
    const { path, secret } = await publish('Weather two');
    for (const service of ['gateway', 'catalogue', 'registry', 'tokens']) {
      const [victim = ''] = await compose.containers(service);
      await compose.crash(victim);
      await waitFor(`reads without ${service}`, () => expectAll(200, path, secret), IN_FLIGHT_MS);
      await waitFor(`${service} to be back`, async () => (await compose.containers(service)).includes(victim));
    }
  }, 200_000);

  test('docker/upgrade replaces every service under load without an error, and nothing else', async () => {
    const { path, secret } = await publish('Weather upgraded');
    const idsOf = async (services: readonly string[]) =>
      (await Promise.all(services.map((service) => compose.containers(service)))).map((ids) => ids.sort());
    const services = ['gateway', 'catalogue', 'registry', 'tokens'];
    const others = ['nats', 'edge'];
    const [before, kept] = [await idsOf(services), await idsOf(others)];
    let isOver = false;
    const upgrade = compose.upgrade().finally(() => {
      isOver = true;
    });
    const answers = new Map<string, number>();
    const repeat = async (ask: (number: number) => Promise<Answer>) => {
      for (let number = 0; !isOver; number++) {
        const { status, text } = await ask(number);
        const outcome = status < 300 ? String(status) : `${status} ${text}`;
        answers.set(outcome, (answers.get(outcome) ?? 0) + 1);
      }
    };
    const reading = [1, 2, 3].map((client) =>
      repeat((number) => read(compose.url, `${path}&temp_max__gt=-${client}.${number}`, secret)),
    );
    const orders = await ordersOn({ url: compose.url, adminKey: await compose.adminKey() }, 'Upgrade')();
    const sending = repeat((id) =>
      orders.post(
        { order_id: id, region: 'EU', amount: '1.00', day: '2026-01-01' },
        { 'idempotency-key': `order-${id}` },
      ),
    );
    await Promise.all([upgrade, ...reading, sending]);
    const [reads = 0, sends = 0] = [answers.get('200'), answers.get('201')];
    console.info(`${reads} reads and ${sends} sends while every container was replaced`);
    expect([...answers.keys()].sort()).toEqual(['200', '201']);
    const { page } = await orders.rows('?_limit=1&_count=exact');
    expect(page.total).toBe(2 + sends);
    const after = await idsOf(services);
    expect(after.map((ids) => ids.length)).toEqual(before.map((ids) => ids.length));
    expect(after.flat().filter((id) => before.flat().includes(id))).toEqual([]);
    expect(await idsOf(others)).toEqual(kept);
  }, 900_000);

  test('a service that hangs is started anew, and no volume without a name is left by any', async () => {
    const [hung = ''] = await compose.containers('catalogue');
    const before = await compose.restarts(hung);
    await compose.freeze(hung);
    await waitFor('its restart', async () => (await compose.restarts(hung)) > before, 240_000);
    expect(await compose.namelessVolumes()).toEqual([]);
  }, 300_000);

  test('the edge finds gateways that are added later', async () => {
    await compose.scale('gateway', 3);
    const { path, secret } = await publish('Weather three');
    await waitFor(
      'all three gateways to have served',
      async () => {
        await expectAll(200, path, secret);
        const counts = await compose.requestsServed();
        return counts.length === 3 && counts.every((count) => count > 0);
      },
      60_000,
    );
  }, 120_000);
});
