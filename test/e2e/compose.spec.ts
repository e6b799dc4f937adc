import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectRoot } from '../../apps/standalone/src/machine/project-root';
import { Compose, canCompose, composeMongo } from '../support/compose';
import { ordersOn } from '../support/orders';
import { Publisher, read, vegaFile } from '../support/publisher';
import { underLoad } from '../support/under-load';
import { waitFor } from '../support/wait-for';

const wanted = process.env.SLUICE_TEST_COMPOSE === 'true';
const READS_IN_A_ROW = 40;
/** An address has 20 failures free on each gateway, and a try may have to be repeated. */
const REFUSALS_IN_A_ROW = 6;
const REFUSED_WITHIN_MS = 1_000;
/** A read that the crashed replica had already taken may wait for its whole 12 s; every later one is answered. */
const IN_FLIGHT_MS = 30_000;
/** A read that waited for a frozen gateway; others take a tenth of it. */
const SLOW_MS = 5_000;

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
  const expectAll = async (status: number, path: string, secret: string, count = READS_IN_A_ROW): Promise<true> => {
    const reads = Array.from({ length: count }, () => read(compose.url, path, secret));
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

  /** Reads and sends with a key, as fast as they are answered, until the work is over: all of them succeed, and no row is lost or doubled. */
  const expectNoErrors = async (name: string, work: () => Promise<unknown>): Promise<void> => {
    const { path, secret } = await publish(`Weather ${name}`);
    const orders = await ordersOn({ url: compose.url, adminKey: await compose.adminKey() }, name)();
    const clients = [1, 2, 3].map(
      (client) => (number: number) => read(compose.url, `${path}&temp_max__gt=-${client}.${number}`, secret),
    );
    const order = (id: number) => ({ order_id: id, region: 'EU', amount: '1.00', day: '2026-01-01' });
    const send = (id: number) => orders.post(order(id), { 'idempotency-key': `order-${id}` });
    const outcomes = await underLoad(work(), [...clients, send]);
    const [reads = 0, sends = 0] = [outcomes.get('200'), outcomes.get('201')];
    console.info(`${reads} reads and ${sends} sends meanwhile`);
    expect([...outcomes.keys()].sort()).toEqual(['200', '201']);
    const { page } = await orders.rows('?_limit=1&_count=exact');
    expect(page.total).toBe(2 + sends);
  };

  test('from a file to a live endpoint through the edge, and a revoked token is refused by every gateway within 1 s', async () => {
    const { path, secret, tokenId } = await publish('Weather one');
    const answer = await read(compose.url, path, secret);
    expect(answer.json).toMatchObject({ page: { returned: 3, hasMore: true }, data: [{ date: '2012-01-14' }, {}, {}] });
    expect((await publisher.call('POST', `/tokens/${tokenId}/revoke`)).status).toBe(200);
    const revokedAtMs = performance.now();
    await waitFor('refusal by every gateway', () => expectAll(401, path, secret, REFUSALS_IN_A_ROW));
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

  test('reads are answered while a gateway is frozen, and nginx 1.27.3 or later does not ask it again for a while', async () => {
    const { path, secret } = await publish('Weather frozen');
    const leavesOut = await compose.edgeLeavesOut();
    const [frozen = ''] = await compose.containers('gateway');
    await compose.paused(frozen, async () => {
      let slow = 0;
      for (let number = 0; number < (leavesOut ? 30 : 4); number++) {
        const askedMs = performance.now();
        expect((await read(compose.url, path, secret)).status).toBe(200);
        if (performance.now() - askedMs > SLOW_MS) slow++;
      }
      if (leavesOut) expect(slow).toBeLessThanOrEqual(1);
      else expect(slow).toBeGreaterThan(0);
    });
    await waitFor('both gateways', () => expectAll(200, path, secret), IN_FLIGHT_MS);
  }, 120_000);

  test('docker/upgrade replaces every service under load without an error, and nothing else', async () => {
    const idsOf = async (services: readonly string[]) =>
      (await Promise.all(services.map((service) => compose.containers(service)))).map((ids) => ids.sort());
    const services = ['gateway', 'catalogue', 'registry', 'tokens'];
    const others = ['nats', 'edge'];
    const [before, kept] = [await idsOf(services), await idsOf(others)];
    await expectNoErrors('upgraded', () => compose.upgrade());
    const after = await idsOf(services);
    expect(after.map((ids) => ids.length)).toEqual(before.map((ids) => ids.length));
    expect(after.flat().filter((id) => before.flat().includes(id))).toEqual([]);
    expect(await idsOf(others)).toEqual(kept);
  }, 900_000);

  test('docker/rotate-secrets nats replaces every password of the bus under load without an error', async () => {
    const loginsOf = () => Promise.all(['gateway', 'tokens'].map((service) => compose.busLogin(service)));
    const [before, servers] = [await loginsOf(), await compose.runs('nats')];
    await expectNoErrors('rotated', () => compose.rotate('nats'));
    const after = await loginsOf();
    expect(after.map((login) => login.split(' ')[0])).toEqual(['gateway-2', 'tokens-2']);
    const config = await compose.busUsers();
    for (const login of after) expect(config).toContain(login.split(' ')[1]);
    for (const login of before) expect(config).not.toContain(login.split(' ')[1]);
    expect(await compose.runs('nats')).toEqual(servers);
  }, 900_000);

  test('docker/rotate-secrets replaces the key of the installation, and no passwords of a MongoDB of the operator', async () => {
    expect(await compose.rotate('keys')).toMatch(/a new key is used from \S+Z on/);
    await expect(compose.rotate('something')).rejects.toThrow(/nats, mongo or keys\?/);
    const replaced = compose.rotate('mongo');
    if (composeMongo.MONGO_URL) await expect(replaced).rejects.toThrow(/MONGO_URL is set/);
    else expect(await replaced).toMatch(/mongo: done/);
  }, 600_000);

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

  test('a release that is started by docker compose up -d --build leaves NATS and MongoDB running', async () => {
    const kept = ['nats', 'mongo'];
    const runs = () => Promise.all(kept.map((service) => compose.runs(service)));
    const [before, gateways] = [await runs(), await compose.containers('gateway')];
    const changed = join(projectRoot, 'docker', `of-another-release-${process.pid}`);
    await writeFile(changed, String(Date.now()));
    try {
      await compose.rebuild();
    } finally {
      await rm(changed);
    }
    expect(await runs()).toEqual(before);
    expect((await compose.containers('gateway')).filter((id) => gateways.includes(id))).toEqual([]);
  }, 600_000);
});
