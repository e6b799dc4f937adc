import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { contract } from '@sluice/contracts/contract';
import { decodeFrame, encodeFrame } from '@sluice/messaging/frame';
import { scopeHeaders } from '@sluice/messaging/headers';
import { ReplyEnvelope } from '@sluice/messaging/reply-envelope';
import { QueryTime } from '@sluice/runtime/query-time';
import { requestScope } from '@sluice/runtime/request-scope';
import { register } from 'prom-client';
import { z } from 'zod';
import type { TestEngine } from '../support/engine-choice';
import { startNats } from '../support/nats';
import { waitFor } from '../support/wait-for';
import {
  collect,
  fail,
  hold,
  holdRead,
  noted,
  notedOnce,
  pattern,
  ping,
  Replica,
  readBytes,
  repeat,
  sha256,
  startEcho,
  takeBytes,
  tellScopes,
  work,
} from './echo';
import { type Caller, startCaller } from './local-service';

describe('contracts over a real nats-server, two replicas', () => {
  let nats: TestEngine;
  let caller: Caller;
  let apps: NestFastifyApplication[] = [];
  const replicas = [new Replica('one'), new Replica('two')];
  const handled = () => replicas.reduce((sum, replica) => sum + replica.handled, 0);

  beforeAll(async () => {
    nats = await startNats();
    caller = await startCaller(nats.url);
    apps = await Promise.all(replicas.map((replica) => startEcho(nats.url, replica)));
  });

  afterAll(async () => {
    for (const replica of replicas) replica.open();
    await caller?.close();
    await Promise.all(apps.map((app) => app.close()));
    await nats?.stop();
  });

  beforeEach(() => {
    for (const replica of replicas) {
      replica.handled = 0;
      replica.heard.length = 0;
      replica.open();
    }
  });

  const sendRaw = async (
    subject: string,
    payload: Uint8Array | string,
    headers = scopeHeaders({ requestId: 'raw' }),
  ) => {
    const connection = await caller.bus.connection();
    const reply = await connection.request(subject, payload, { timeout: 2_000, headers });
    return ReplyEnvelope.parse(decodeFrame(reply.data)?.head);
  };
  const counter = async (name: string, subject: string) => {
    const metric = await register.getSingleMetric(name)?.get();
    return metric?.values.find(({ labels }) => labels.subject === subject)?.value ?? 0;
  };
  const tookMs = async (work: Promise<unknown>) => {
    const startMs = performance.now();
    await work.catch(() => {});
    return performance.now() - startMs;
  };

  describe('the time that the engine worked', () => {
    const timed = <T>(ask: (time: QueryTime) => Promise<T>) => {
      const queryTime = new QueryTime();
      return requestScope.run({ requestId: 'timed', queryTime }, () => ask(queryTime));
    };

    test('is told with a reply, and with each part of the stream behind it', () =>
      timed(async (time) => {
        const { bytes } = await caller.services.request(work, { ms: 10 });
        expect(time.totalMs).toBe(10);
        if (bytes instanceof Uint8Array) throw new Error('not a stream');
        await collect(bytes);
        expect(time.totalMs).toBe(40);
      }));

    test('is told where the reader leaves before the end', () =>
      timed(async (time) => {
        const { bytes } = await caller.services.request(work, { ms: 10 });
        if (bytes instanceof Uint8Array) throw new Error('not a stream');
        for await (const _ of bytes) break;
        expect(time.totalMs).toBeGreaterThanOrEqual(20);
      }));

    test('is told with a refusal', () =>
      timed(async (time) => {
        const refused = caller.services.request(work, { ms: 7, fails: true });
        await expect(refused).rejects.toMatchObject({ code: 'name_taken' });
        expect(time.totalMs).toBe(7);
      }));

    test('is added up over all that one request asks', () =>
      timed(async (time) => {
        const refused = () => caller.services.request(work, { ms: 1.5, fails: true }).catch(() => {});
        await Promise.all([refused(), refused(), refused()]);
        expect(time.totalMs).toBe(4.5);
      }));
  });

  test('each request is answered by one replica, and all replicas take part', async () => {
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, i) => caller.services.request(ping, { text: `${i}` })),
    );
    expect(answers.map(({ text }) => text)).toEqual(Array.from({ length: 100 }, (_, i) => `${i}`));
    expect(handled()).toBe(100);
    expect(new Set(answers.map(({ replica }) => replica))).toEqual(new Set(['one', 'two']));
  });

  test('an event reaches every replica, or one of them', async () => {
    caller.events.publish(noted, { text: 'all' });
    caller.events.publish(notedOnce, { text: 'once' });
    const heard = () => replicas.flatMap((replica) => replica.heard);
    await waitFor('both events', () => heard().length === 3);
    expect(heard().toSorted()).toEqual(['all', 'all', 'once']);
  });

  test('a call that nobody answers fails at once as unavailable', async () => {
    const nobody = contract({ subject: 'nobody.texts.ping', request: z.object({}), reply: z.object({}), errors: [] });
    const call = caller.services.request(nobody, {});
    expect(await tookMs(call)).toBeLessThan(500);
    await expect(call).rejects.toMatchObject({ code: 'unavailable', detail: 'no nobody service is running' });
  });

  test('a call that takes too long fails as timeout, and was sent once', async () => {
    for (const replica of replicas) replica.shut();
    await expect(caller.services.request(hold, {})).rejects.toMatchObject({ code: 'timeout' });
    expect(handled()).toBe(1);
  });

  test('a read is asked again within its time', async () => {
    for (const replica of replicas) replica.shut();
    const call = caller.services.request(holdRead, {});
    await waitFor('a second attempt', () => handled() >= 2);
    for (const replica of replicas) replica.open();
    await expect(call).resolves.toEqual({});
  });

  test('work whose caller has given up is dropped unexecuted, and counted', async () => {
    const before = await counter('sluice_expired_messages_total', ping.subject);
    const late = scopeHeaders({ requestId: 'late' }, 0);
    expect(await sendRaw(ping.subject, encodeFrame({ text: 'late' }), late)).toMatchObject({
      error: { code: 'timeout' },
    });
    expect(handled()).toBe(0);
    expect(await counter('sluice_expired_messages_total', ping.subject)).toBe(before + 1);
  });

  test.each<[string, Uint8Array | string]>([
    ['nothing', ''],
    ['no frame', 'garbage'],
    ['a frame that promises more than it has', Buffer.from([255, 255, 255, 255, 1])],
    ['no JSON', Buffer.from([0, 0, 0, 2, 0x7b, 0x7b])],
    ['null', encodeFrame(null)],
    ['the wrong type', encodeFrame({ text: 7 })],
    ['45,000 levels', Buffer.concat([Buffer.from([0, 0, 0xaf, 0xc8]), Buffer.from('['.repeat(45_000))])],
  ])('%s is refused as bad_message and counted, and the service lives', async (_what, payload) => {
    const before = await counter('sluice_bad_messages_total', ping.subject);
    expect(await sendRaw(ping.subject, payload)).toMatchObject({ error: { code: 'bad_message' } });
    expect(await counter('sluice_bad_messages_total', ping.subject)).toBe(before + 1);
    expect(handled()).toBe(0);
    await expect(caller.services.request(ping, { text: 'next' })).resolves.toMatchObject({ text: 'next' });
  });

  test('a bad event is counted, and the service lives', async () => {
    const before = await counter('sluice_bad_messages_total', noted.subject);
    const connection = await caller.bus.connection();
    for (const payload of ['', 'garbage', encodeFrame(null)]) connection.publish(noted.subject, payload);
    caller.events.publish(noted, { text: 'good' });
    await waitFor('the good one', () => replicas.every(({ heard }) => heard.length === 1));
    expect(await counter('sluice_bad_messages_total', noted.subject)).toBe(before + 3 * replicas.length);
  });

  test('a request that is too large for a message fails at once', async () => {
    const call = caller.services.request(ping, { text: 'x'.repeat(600_000) });
    expect(await tookMs(call)).toBeLessThan(500);
    await expect(call).rejects.toMatchObject({ code: 'payload_too_large' });
  });

  test('a reply that is too large for one message arrives all the same', async () => {
    const { text } = await caller.services.request(repeat, { times: 2_000_000 });
    expect(text.length).toBe(2_000_000);
  });

  test('a refusal that is too large for one message keeps its code', async () => {
    const refusal = caller.services.request(fail, { how: 'many faults' });
    await expect(refusal).rejects.toMatchObject({ code: 'name_taken', faults: [] });
  });

  test('an event that is too large is dropped without a fault', async () => {
    caller.events.publish(noted, { text: 'x'.repeat(2_000_000) });
    caller.events.publish(noted, { text: 'small' });
    await waitFor('the small one', () => replicas.every(({ heard }) => heard.length === 1));
  });

  test('a listed code arrives with detail and faults', async () => {
    await expect(caller.services.request(fail, { how: 'listed' })).rejects.toMatchObject({
      code: 'name_taken',
      detail: 'There is one',
      faults: [{ in: 'body', pointer: '/name', code: 'x', detail: 'y' }],
    });
  });

  test.each(['unlisted', 'bug', 'wrong reply'] as const)('%s: arrives as internal and tells nothing', async (how) => {
    await expect(caller.services.request(fail, { how })).rejects.toMatchObject({
      code: 'internal',
      detail: 'The server failed',
      faults: [],
    });
  });

  test.each([0, 1, 100_000, 500_000, 524_288, 3_000_001])('%i raw bytes pass untouched', async (size) => {
    const { head, bytes } = await caller.services.request(readBytes, { size });
    expect(head).toEqual({ size });
    expect((await collect(bytes)).equals(pattern(size))).toBe(true);
  });

  test('bytes that come piece by piece pass untouched', async () => {
    const { bytes } = await caller.services.request(readBytes, { size: 2_000_002, pieceSize: 77_777 });
    expect((await collect(bytes)).equals(pattern(2_000_002))).toBe(true);
  });

  test.each([0, 1, 400_000, 600_000, 10_000_000])('%i bytes behind a request arrive untouched', async (size) => {
    const bytes = pattern(size);
    expect(await caller.services.request(takeBytes, { name: 'a' }, bytes)).toEqual({
      name: 'a',
      sha256: sha256(bytes),
    });
  });

  test('more bytes behind a request than a replica would hold are refused', async () => {
    const request = caller.services.request(takeBytes, { name: 'a' }, new Uint8Array(17 * 1024 * 1024));
    await expect(request).rejects.toMatchObject({ code: 'payload_too_large' });
  });

  test('the request id and the deadline follow a request into the calls that it makes', async () => {
    const deadlineMs = performance.now() + 1_500;
    const scopes = await requestScope.run({ requestId: 'req_followed', deadlineMs }, () =>
      caller.services.request(tellScopes, {}),
    );
    expect(scopes).toHaveLength(2);
    for (const scope of scopes) {
      expect(scope.requestId).toBe('req_followed');
      expect(Math.abs(scope.deadlineMs - deadlineMs)).toBeLessThan(50);
    }
  });

  test('a call without a scope gets an id of its own, and its contract limits the time', async () => {
    const [scope] = await caller.services.request(tellScopes, {});
    expect(scope?.requestId).toMatch(/^req_/);
    expect((scope?.deadlineMs ?? 0) - performance.now()).toBeLessThanOrEqual(tellScopes.timeoutMs);
  });

  test('more requests than a replica can work on are refused at once as overloaded', async () => {
    for (const replica of replicas) replica.shut();
    const patient = contract({ ...hold, timeoutMs: 10_000 });
    const calls = Array.from({ length: 2_500 }, () =>
      caller.services.request(patient, {}).then(
        () => 'answered',
        (error) => error.code,
      ),
    );
    expect(await Promise.any(calls)).toBe('overloaded');
    await waitFor('the places that there are to be taken', () => handled() >= 1_000);
    for (const replica of replicas) replica.open();
    const outcomes = await Promise.all(calls);
    expect(outcomes.filter((outcome) => outcome === 'answered')).toHaveLength(handled());
    expect(new Set(outcomes)).toEqual(new Set(['answered', 'overloaded']));
  });
});
