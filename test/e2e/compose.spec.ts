import { Compose, canCompose } from '../support/compose';
import { publish, read, whenServed } from '../support/main-story';
import { waitFor } from '../support/wait-for';

const wanted = process.env.SLUICE_TEST_COMPOSE === 'true';
const READS_IN_A_ROW = 40;
const REFUSED_WITHIN_MS = 1_000;

// The local stand-ins of an offline machine have neither credentials nor a replica set: SLUICE_TEST_MONGO_URL says how
// their MongoDB is reached inside compose's network.
const env = { MONGO_URL: process.env.SLUICE_TEST_MONGO_URL ?? '' };

(wanted ? describe : describe.skip)('docker compose (with SLUICE_TEST_COMPOSE=true, takes minutes)', () => {
  let compose: Compose;
  let adminKey: string;

  beforeAll(async () => {
    if (!(await canCompose())) throw new Error('no Docker engine with the images of docker-compose.yml');
    compose = await Compose.up({ gateway: 2, catalogue: 3, registry: 2, tokens: 2 }, env);
    adminKey = await compose.adminKey();
  }, 600_000);

  afterAll(() => compose?.down(), 60_000);

  test('from a file to a live endpoint through the edge, and a revoked token is refused by every gateway within 1 s', async () => {
    const endpoint = await publish(compose.url, adminKey, 'one');
    await whenServed(compose.url, endpoint);
    await endpoint.management.post(`/tokens/${endpoint.tokenId}/revoke`);
    const revokedAtMs = performance.now();
    await waitFor('refusal', async () => (await read(compose.url, endpoint)).status === 401);
    for (;;) {
      // The edge takes the gateways in turn: once all of them refuse, so does every one of these.
      const statuses = await Promise.all(Array.from({ length: READS_IN_A_ROW }, () => read(compose.url, endpoint)));
      if (statuses.every(({ status }) => status === 401)) break;
      expect(performance.now() - revokedAtMs).toBeLessThan(REFUSED_WITHIN_MS);
    }
  }, 60_000);

  test('reads go on while a replica of every service is killed, and it comes back', async () => {
    const endpoint = await publish(compose.url, adminKey, 'two');
    await whenServed(compose.url, endpoint);
    for (const service of ['gateway', 'catalogue', 'registry', 'tokens']) {
      const [victim = ''] = await compose.containers(service);
      await compose.crash(victim);
      await waitFor(`reads without ${service}`, async () => {
        const answers = await Promise.all(Array.from({ length: READS_IN_A_ROW }, () => read(compose.url, endpoint)));
        return answers.every(({ status }) => status === 200);
      });
      await waitFor(`${service} to be back`, async () => (await compose.containers(service)).includes(victim));
    }
  }, 120_000);

  test('the edge finds gateways that are added later', async () => {
    await compose.scale('gateway', 3);
    const endpoint = await publish(compose.url, adminKey, 'three');
    await whenServed(compose.url, endpoint);
    const served = await waitFor(
      'all three gateways to have served',
      async () => {
        await Promise.all(Array.from({ length: READS_IN_A_ROW }, () => read(compose.url, endpoint)));
        const counts = await compose.requestsServed();
        return counts.length === 3 && counts.every((count) => count > 0) ? counts : null;
      },
      60_000,
    );
    expect(served).toHaveLength(3);
  }, 120_000);
});
