import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Readiness } from '@sluice/runtime/readiness';
import type { TestEngine } from '../support/engine-choice';
import { startNats } from '../support/nats';
import { waitFor } from '../support/wait-for';
import { collect, hold, pattern, ping, Replica, readBytes, startEcho } from './echo';
import { type Caller, startCaller } from './local-service';

describe('the bus while things go down', () => {
  let nats: TestEngine;
  let caller: Caller;
  let apps: NestFastifyApplication[];
  let replicas: Replica[];

  beforeEach(async () => {
    nats = await startNats();
    caller = await startCaller(nats.url);
    replicas = [new Replica('one'), new Replica('two')];
    apps = await Promise.all(replicas.map((replica) => startEcho(nats.url, replica)));
  });

  afterEach(async () => {
    for (const replica of replicas) replica.open();
    await Promise.all([caller, ...apps].map((part) => part.close()));
    await nats.stop();
  });

  const outcome = (call: Promise<unknown>) =>
    call.then(
      () => 'answered',
      (error) => error.code,
    );

  test('calls fail fast as unavailable while nats-server is away, and work again by themselves', async () => {
    for (const replica of replicas) replica.shut();
    const inFlight = outcome(caller.services.request({ ...hold, timeoutMs: 10_000 }, {}));
    await waitFor('the call to be there', () => replicas.some(({ handled }) => handled === 1));
    let restored = 0;
    caller.bus.onRestored(() => {
      restored++;
    });
    const killedMs = performance.now();
    await nats.kill();
    expect(await inFlight).toBe('unavailable');
    expect(await outcome(caller.services.request(ping, { text: 'into the void' }))).toBe('unavailable');
    expect(performance.now() - killedMs).toBeLessThan(1_000);
    const readiness = apps.map((app) => app.get(Readiness));
    expect(readiness.map((parts) => parts.report().nats)).toEqual(Array(2).fill('not connected to NATS'));
    for (const replica of replicas) replica.open();
    await nats.restart();
    await waitFor('answers of both', async () => {
      const answers = await Promise.all(Array.from({ length: 20 }, () => caller.services.request(ping, { text: '' })));
      return new Set(answers.map(({ replica }) => replica)).size === 2;
    });
    expect(restored).toBe(1);
    expect(readiness.map((parts) => parts.report().nats)).toEqual([null, null]);
  });

  test('a process that starts before nats-server serves once it is there', async () => {
    await nats.kill();
    const third = new Replica('three');
    const starting = startEcho(nats.url, third);
    await nats.restart();
    apps.push(await starting);
    await waitFor('an answer of the third', async () => {
      await Promise.all(Array.from({ length: 10 }, () => caller.services.request(ping, { text: '' })));
      return third.handled > 0;
    });
  });

  test('a replica that stops under full load loses no request', async () => {
    for (const replica of replicas) replica.workMs = 3;
    let stop = false;
    const failures: string[] = [];
    let answered = 0;
    const clients = Array.from({ length: 40 }, async () => {
      while (!stop) {
        const result = await outcome(caller.services.request(ping, { text: 'load' }));
        if (result === 'answered') answered++;
        else failures.push(result);
      }
    });
    await waitFor('full load', () => replicas.every(({ handled }) => handled > 200));
    await apps.shift()?.close();
    const handledByFirst = replicas[0]?.handled;
    const answeredAtClose = answered;
    await waitFor('the other to go on alone', () => answered > answeredAtClose + 200);
    stop = true;
    await Promise.all(clients);
    expect(failures).toEqual([]);
    expect(replicas[0]?.handled).toBe(handledByFirst);
  });

  test('a replica that stops while it streams a reply finishes the stream first', async () => {
    for (const replica of replicas) replica.shut();
    const size = 3_000_000;
    const { bytes } = await caller.services.request(readBytes, { size, pieceSize: 100_000 });
    const content = collect(bytes);
    const closed = Promise.all(apps.map((app) => app.close()));
    apps = [];
    await waitFor(
      'nobody to listen any more',
      async () => (await outcome(caller.services.request(ping, { text: '' }))) === 'unavailable',
    );
    for (const replica of replicas) replica.open();
    expect((await content).equals(Buffer.from(pattern(size)))).toBe(true);
    await closed;
  });

  test('a process stops in time although nats-server is gone', async () => {
    await nats.kill();
    await waitFor('the loss to be noticed', () => caller.bus.connected() === null);
    const startMs = performance.now();
    await Promise.all(apps.map((app) => app.close()));
    apps = [];
    expect(performance.now() - startMs).toBeLessThan(1_000);
  });
});
