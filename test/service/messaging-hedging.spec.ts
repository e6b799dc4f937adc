import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { TestEngine } from '../support/engine-choice';
import { startNats } from '../support/nats';
import { hold, holdRead, Replica, startEcho } from './echo';
import { type Caller, startCaller } from './local-service';

const READS = 200;
/** Some share of a second, where the time limit of the read is five. */
const SLOW_MS = 80;

describe('reads over a real nats-server while one of two replicas is silent', () => {
  let nats: TestEngine;
  let caller: Caller;
  let apps: NestFastifyApplication[] = [];
  const [silent, speaking] = [new Replica('silent'), new Replica('speaking')];

  beforeAll(async () => {
    nats = await startNats();
    caller = await startCaller(nats.url);
    apps = await Promise.all([silent, speaking].map((replica) => startEcho(nats.url, replica)));
    for (let reads = 0; reads < READS; reads++) await caller.services.request(holdRead, {});
  });

  afterAll(async () => {
    silent.open();
    await caller?.close();
    await Promise.all(apps.map((app) => app.close()));
    await nats?.stop();
  });

  test('are answered by the other one, few of them late, with few requests more than usual', async () => {
    silent.shut();
    [silent.handled, speaking.handled] = [0, 0];
    let late = 0;
    for (let reads = 0; reads < READS; reads++) {
      const startMs = performance.now();
      expect(await caller.services.request(holdRead, {})).toEqual({});
      if (performance.now() - startMs > SLOW_MS) late++;
    }
    console.info(`${late} of ${READS} reads were late, ${silent.handled + speaking.handled - READS} requests more`);
    expect(silent.handled).toBeGreaterThan(0);
    expect(late).toBeLessThan(READS / 10);
    expect(silent.handled + speaking.handled).toBeLessThan(READS * 1.1 + 20);
  });

  test('and whatever is no read is asked of one replica alone', async () => {
    [silent.handled, speaking.handled] = [0, 0];
    const calls = Array.from({ length: 20 }, () => caller.services.request(hold, {}).catch(() => {}));
    await Promise.all(calls);
    expect(silent.handled + speaking.handled).toBe(20);
  });
});
