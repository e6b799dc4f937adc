import { headers } from '@nats-io/transport-node';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { CONTRACT_VERSION } from '@sluice/contracts/contract-version';
import { decodeFrame, encodeFrame } from '@sluice/messaging/frame';
import { REPLICA } from '@sluice/messaging/headers';
import { ReplyEnvelope } from '@sluice/messaging/reply-envelope';
import { ServiceError } from '@sluice/messaging/service-error';
import { RELEASE } from '@sluice/runtime/release';
import type { TestEngine } from '../support/engine-choice';
import { startNats } from '../support/nats';
import { waitFor } from '../support/wait-for';
import { noted, ping, Replica, startEcho } from './echo';
import { type Caller, startCaller } from './local-service';

const REQUESTS = 200;
const stampOf = (versions: number) => `${CONTRACT_VERSION + versions} 0.${versions}.9`;
const by = (stamp: string) => {
  const hdrs = headers();
  if (stamp) hdrs.set('Sluice-Release', stamp);
  return hdrs;
};

describe('replicas of several releases on one bus', () => {
  let nats: TestEngine;
  let caller: Caller;
  let app: NestFastifyApplication;
  const today = new Replica('today');

  beforeAll(async () => {
    nats = await startNats();
    caller = await startCaller(nats.url);
    app = await startEcho(nats.url, today);
  });
  afterAll(async () => {
    await caller?.close();
    await app?.close();
    await nats?.stop();
  });

  /** Asks what a process of another release would. */
  const ask = async (payload: object, stamp: string) => {
    const connection = await caller.bus.connection();
    const reply = await connection.request(ping.subject, encodeFrame(payload), { timeout: 2_000, headers: by(stamp) });
    return ReplyEnvelope.parse(decodeFrame(reply.data)?.head);
  };

  test.each([
    ['before contracts had numbers', ''],
    ['before this one', stampOf(-1)],
    ['of the same contracts', `${CONTRACT_VERSION} 0.9.9`],
    ['after this one', stampOf(1)],
  ])('requests of the release %s are answered, whatever else they say', async (_, stamp) => {
    expect(await ask({ text: 'x', later: { more: true } }, stamp)).toEqual({ reply: { text: 'x', replica: 'today' } });
  });

  test('requests of a release further away are refused unexecuted, in a sentence with both releases', async () => {
    today.handled = 0;
    const { error } = await ask({ text: 'x' }, stampOf(2));
    expect(error).toMatchObject({
      code: 'other_release',
      detail: `release 0.2.9 (contracts ${CONTRACT_VERSION + 2}) and release ${RELEASE} (contracts ${CONTRACT_VERSION}) do not understand each other`,
    });
    expect(today.handled).toBe(0);
  });

  test('what this release does not know is refused as such to another one, and as a fault to its own', async () => {
    expect(await ask({ text: 7 }, stampOf(1))).toMatchObject({ error: { code: 'other_release' } });
    expect(await ask({ text: 7 }, `${CONTRACT_VERSION} ${RELEASE}`)).toMatchObject({ error: { code: 'bad_message' } });
  });

  test('events are heard from neighbouring releases, with more members than are known, and from no others', async () => {
    const connection = await caller.bus.connection();
    const tell = (text: string, stamp: string) =>
      connection.publish(noted.subject, encodeFrame({ text, later: 1 }), { headers: by(stamp) });
    tell('far', stampOf(2));
    tell('next', stampOf(1));
    tell('unnumbered', '');
    caller.events.publish(noted, { text: 'own' });
    await waitFor('the last one', () => today.heard.includes('own'));
    expect(today.heard).toEqual(['next', 'unnumbered', 'own']);
  });

  describe('where another replica does not understand', () => {
    let refused = 0;
    const join = async () => {
      const connection = await caller.bus.connection();
      const far = by(stampOf(2));
      far.set(REPLICA, 'far');
      const error = new ServiceError('other_release', 'of the far release').getError();
      const subscription = connection.subscribe(ping.subject, {
        queue: 'echo',
        callback: (_, message) => {
          refused++;
          message.respond(encodeFrame({ error }), { headers: far });
        },
      });
      await connection.flush();
      return subscription;
    };

    test('every request, reads or not, is answered once by one that does, and few ask in vain', async () => {
      const far = await join();
      today.handled = 0;
      for (let number = 0; number < REQUESTS; number++)
        expect(await caller.services.request(ping, { text: `${number}` })).toEqual({
          text: `${number}`,
          replica: 'today',
        });
      await far.drain();
      expect(today.handled).toBe(REQUESTS);
      expect(refused).toBeGreaterThan(0);
      expect(refused).toBeLessThan(REQUESTS / 4);
    });

    test('a request that nobody understands fails with the reason', async () => {
      await app.close();
      const far = await join();
      await expect(caller.services.request(ping, { text: 'x' })).rejects.toMatchObject({
        code: 'other_release',
        detail: 'of the far release',
      });
      await far.drain();
    });
  });
});
