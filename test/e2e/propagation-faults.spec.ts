import { setTimeout as pause } from 'node:timers/promises';
import { fits, type Rule } from '../support/nats-proxy';
import { answerTo, Publisher, read } from '../support/publisher';
import { useStack } from '../support/use-stack';
import { waitFor } from '../support/wait-for';

const LEASE_MS = 5_000;
const REPAIRED_MS = 1_500;
const LEVEL_MS = 2_000;
const OUTAGE_MS = 10_000;
const GATEWAYS = ['gateway-1', 'gateway-2', 'gateway-3'];
/** Between two requests of one watcher. */
const PAUSE_MS = 5;
const LAST = 'gateway-3';

/** Every gateway believes a proxy on this machine, so that refusals do not add up at one address. */
const env = { SLUICE_TRUSTED_PROXIES: '127.0.0.1' };
let requests = 0;

const isChange = (subject: string) => fits('*.*.changed', subject);

describe('on three gateways that lose messages', () => {
  const stack = useStack({ gateways: GATEWAYS.length, proxied: GATEWAYS, env });
  const publisher = new Publisher(stack);

  afterEach(() => disturbAll());

  function disturbAll(rule?: Rule): void {
    for (const name of GATEWAYS) stack.proxy(name).disturb(rule);
  }

  const readFrom = (gateway: string, path: string, secret: string) =>
    read(gateway, path, secret, { 'x-forwarded-for': `198.51.${(++requests >> 8) & 255}.${requests & 255}` });

  async function warm(path: string, secret: string): Promise<void> {
    for (const gateway of stack.gateways)
      await waitFor('an answer', async () => (await readFrom(gateway, path, secret)).status === 200);
  }

  const revoke = async (tokenId: string) => {
    expect((await publisher.call('POST', `/tokens/${tokenId}/revoke`)).status).toBe(200);
  };

  /** Reads on one gateway until `until` says so; every answer with the times at which its request began and ended. */
  async function answers(
    gateway: string,
    path: string,
    secret: string,
    until: (status: number, startedMs: number) => boolean,
  ) {
    const seen: { startedMs: number; endedMs: number; status: number; retryAfter: string | null }[] = [];
    for (;;) {
      const startedMs = performance.now();
      const { status, headers } = await readFrom(gateway, path, secret);
      seen.push({ startedMs, endedMs: performance.now(), status, retryAfter: headers.get('retry-after') });
      if (until(status, startedMs)) return seen;
      await pause(PAUSE_MS);
    }
  }

  it(`a revoked token is refused everywhere within ${REPAIRED_MS} ms when every event of it is lost`, async () => {
    const times: number[] = [];
    for (let round = 0; round < 5; round++) {
      const { api, secret, tokenId } = await publisher.publish(`Unheard ${round}`, 'csv', 'a\n1\n');
      await warm(api.path, secret);
      disturbAll(({ direction, subject }) => (direction === 'in' && isChange(subject) ? 'drop' : 'pass'));
      const sentMs = performance.now();
      const watching = stack.gateways.map((gateway) => answers(gateway, api.path, secret, (status) => status !== 200));
      await revoke(tokenId);
      for (const seen of await Promise.all(watching)) {
        expect(seen.at(-1)?.status).toBe(401);
        times.push((seen.at(-2)?.startedMs ?? sentMs) - sentMs);
      }
      disturbAll();
    }
    for (const name of GATEWAYS) expect(stack.proxy(name).dropped).toBeGreaterThanOrEqual(5);
    console.info(
      `events lost: last good answer at most ${Math.max(...times).toFixed(0)} ms after the revocation was sent`,
    );
    expect(Math.max(...times)).toBeLessThanOrEqual(REPAIRED_MS);
  });

  it.each(['until it is acknowledged', 'for a second'])(
    'a verification that is on its way while the token is revoked, held back %s, makes no later answer good',
    async (held) => {
      const { api, secret, tokenId } = await publisher.publish(`Held ${held}`, 'csv', 'a\n1\n');
      const gateway = stack.gateways[2] ?? '';
      let release = () => {};
      const released = new Promise<void>((resolve) => {
        release = resolve;
      });
      let holding = 0;
      stack.proxy(LAST).disturb(({ answers: request }) => {
        if (request !== 'tokens.tokens.verify' || holding > 0) return 'pass';
        holding++;
        return released;
      });
      const early = readFrom(gateway, api.path, secret);
      await waitFor('the reply', () => holding === 1);
      await revoke(tokenId);
      const revokedMs = performance.now();
      const later = held === 'for a second' ? revokedMs + 1_000 : revokedMs;
      const during = answers(gateway, api.path, secret, (_, startedMs) => startedMs > later);
      if (held === 'for a second') await during;
      release();
      expect((await early).status).toBe(401);
      const after = await answers(gateway, api.path, secret, (_, startedMs) => startedMs > later + 500);
      expect([...(await during), ...after].filter(({ status }) => status !== 401)).toEqual([]);
    },
  );

  // Whoever waits for an answer on a way that stands still is told after two seconds.
  it.each([
    ['breaks', 2_000],
    ['stands still', 5_000],
  ])(
    `a gateway whose way to the bus %s believes nothing after ${LEASE_MS} ms, and no revoked token when it is back`,
    async (fault, watchedMs) => {
      const { api, secret, tokenId } = await publisher.publish(`Cut: ${fault}`, 'csv', 'a\n1\n');
      const good = await publisher.token(`Good: ${fault}`);
      await publisher.assign(api.id, good.token.id);
      await warm(api.path, secret);
      await warm(api.path, good.secret);
      const [gateway, proxy] = [stack.gateways[2] ?? '', stack.proxy(LAST)];
      const cutMs = performance.now();
      if (fault === 'breaks') proxy.cut();
      else proxy.freeze();
      let restoredMs = Number.POSITIVE_INFINITY;
      const watching = answers(gateway, api.path, secret, (status) => status === 401);
      const watchingGood = answers(
        gateway,
        api.path,
        good.secret,
        (status, startedMs) => status === 200 && startedMs > restoredMs,
      );
      await revoke(tokenId);
      await waitFor('the end of the lease and more', () => performance.now() - cutMs > LEASE_MS + watchedMs, 20_000);
      restoredMs = performance.now();
      proxy.restore();
      for (const seen of await Promise.all([watching, watchingGood])) {
        const cutOff = seen.filter(({ startedMs, endedMs }) => startedMs > cutMs + LEASE_MS && endedMs < restoredMs);
        expect(cutOff.length).toBeGreaterThan(0);
        expect(cutOff.filter(({ status, retryAfter }) => status !== 503 || !retryAfter)).toEqual([]);
      }
      const back = await answers(gateway, api.path, secret, (_, startedMs) => startedMs > restoredMs + 2_000);
      const revoked = [...(await watching), ...back].filter(({ startedMs }) => startedMs > cutMs + LEASE_MS);
      expect(revoked.filter(({ status }) => status === 200)).toEqual([]);
      await stack.ready();
    },
  );

  it(`of 100 changes with 30 % of the events lost and NATS away for ${OUTAGE_MS / 1_000} s between them, all are level after ${LEVEL_MS} ms`, async () => {
    const published = await Promise.all(
      Array.from({ length: 5 }, (_, index) => publisher.publish(`Level ${index}`, 'csv', 'a\n1\n')),
    );
    let events = 0;
    disturbAll(({ direction, subject }) =>
      direction === 'in' && isChange(subject) && ++events % 10 < 3 ? 'drop' : 'pass',
    );
    const change = async (first: number, end: number) => {
      for (let index = first; index < end; index++) {
        const api = published[index % published.length]?.api;
        const verb = Math.floor(index / published.length) % 2 === 0 ? 'deactivate' : 'activate';
        expect((await publisher.call('POST', `/apis/${api?.id}/${verb}`)).status).toBe(200);
      }
    };
    const revs = () => Promise.all(GATEWAYS.map((name) => stack.metric(name, 'sluice_config_rev')));
    const served = () =>
      Promise.all(
        stack.gateways.flatMap((gateway) =>
          published.map(async ({ api, secret }) => (await readFrom(gateway, api.path, secret)).status),
        ),
      );
    /** Gateways may also be level at a number of before, while they repair the gap that a heartbeat has just shown them. */
    const level = async (what: string, status: number, rev: number) => {
      const startedMs = performance.now();
      const isLevel = async () => {
        const all = await revs();
        const counted = all.every((each) => each === all[0] && each >= rev);
        return counted && (await served()).every((each) => each === status);
      };
      await waitFor(`all gateways to be level after ${what}`, isLevel);
      const tookMs = performance.now() - startedMs;
      console.info(`level after ${what}: ${tookMs.toFixed(0)} ms`);
      return tookMs;
    };
    const round = async () => {
      const [before = 0] = await revs();
      await change(0, 55);
      await stack.stopPart('nats');
      const awayMs = performance.now();
      await waitFor('the outage', () => performance.now() - awayMs > OUTAGE_MS, 2 * OUTAGE_MS);
      await stack.restart('nats');
      await stack.ready();
      const reconnected = await level('the reconnect', 404, before + 55);
      await change(55, 100);
      return Math.max(reconnected, await level('the last change', 200, before + 100));
    };
    // Others at work on the machine may hold one of three up, but none that repairs itself in time all of them.
    let slowestMs = Number.POSITIVE_INFINITY;
    for (let tried = 0; tried < 3 && slowestMs > LEVEL_MS; tried++) slowestMs = await round();
    expect(slowestMs).toBeLessThanOrEqual(LEVEL_MS);
  }, 180_000);

  it('while registry is away the last routes serve, marked degraded, and a new gateway is not ready and says why', async () => {
    const { api, secret } = await publisher.publish('Without registry', 'csv', 'a\n1\n');
    await warm(api.path, secret);
    const degraded = () => Promise.all(GATEWAYS.map((name) => stack.metric(name, 'sluice_route_table_degraded')));
    expect(await degraded()).toEqual([0, 0, 0]);
    await stack.stopPart('registry-1');
    await waitFor('the mark', async () => (await degraded()).every((each) => each === 1));
    await warm(api.path, secret);
    expect(await answerTo(`${stack.url}/health/ready`)).toMatchObject({
      status: 200,
      json: { status: 'ok', degraded: [expect.stringMatching(/^registry: /)] },
    });

    await stack.kill(LAST);
    const url = stack.gateways[2] ?? '';
    const started = await waitFor('the new gateway', async () => {
      const { json } = await answerTo(`${url}/health/ready`);
      const { parts } = json as { parts: Record<string, string | null> };
      return Object.values(parts).filter((reason) => reason !== null).length === 1 && parts;
    });
    expect(started.registry).toMatch('no route table');
    expect(await readFrom(url, api.path, secret)).toMatchObject({ status: 503 });
    await stack.restart('registry-1');
    await stack.ready();
    await waitFor('the marks to go', async () => (await degraded()).every((each) => each === 0));
    await warm(api.path, secret);
  });
});
