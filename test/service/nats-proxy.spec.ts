import { connect, type NatsConnection } from '@nats-io/transport-node';
import type { TestEngine } from '../support/engine-choice';
import { startNats } from '../support/nats';
import { fits, NatsProxy } from '../support/nats-proxy';
import { waitFor } from '../support/wait-for';

describe('the way to nats-server that a test can disturb', () => {
  let nats: TestEngine;
  let proxy: NatsProxy;
  let direct: NatsConnection;
  let behind: NatsConnection;
  const heard: string[] = [];

  beforeAll(async () => {
    nats = await startNats();
    proxy = await NatsProxy.start(() => nats.url);
    direct = await connect({ servers: nats.url });
    behind = await connect({ servers: proxy.url, reconnectTimeWait: 50, maxReconnectAttempts: -1 });
  });
  afterAll(async () => {
    await Promise.all([behind?.close(), direct?.close()]);
    await proxy?.close();
    await nats?.stop();
  });

  beforeEach(async () => {
    heard.length = 0;
    proxy.disturb();
    const subscription = behind.subscribe('t.>', { callback: (_, message) => void heard.push(message.string()) });
    await behind.flush();
    cleanUp = () => subscription.unsubscribe();
  });
  let cleanUp: () => void;
  afterEach(() => cleanUp());

  /** Publishes past the proxy, and returns once the process behind it got what it is to get. */
  async function tell(...texts: string[]): Promise<void> {
    for (const text of texts) direct.publish(`t.${text}`, text);
    await direct.flush();
    await behind.flush();
  }

  it('carries messages of any content and size, with and without headers, whole', async () => {
    const echo = direct.subscribe('echo', { callback: (_, message) => void message.respond(message.data) });
    await direct.flush();
    for (const size of [0, 1, 4_096, 500_000]) {
      const payload = Buffer.alloc(size, 'MSG x 1 5\r\n');
      expect(Buffer.compare((await behind.request('echo', payload)).data, payload)).toBe(0);
    }
    echo.unsubscribe();
  });

  it('loses single messages by their subject', async () => {
    proxy.disturb(({ subject }) => (fits('t.b', subject) ? 'drop' : 'pass'));
    await tell('a', 'b', 'c');
    expect(heard).toEqual(['a', 'c']);
    expect(proxy.dropped).toBe(1);
  });

  it('holds single messages back while later ones pass', async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    proxy.disturb(({ subject }) => (fits('t.a', subject) ? held : 'pass'));
    await tell('a', 'b');
    expect(heard).toEqual(['b']);
    release();
    await waitFor('the held message', () => heard.length === 2);
    expect(heard).toEqual(['b', 'a']);
  });

  it('knows which request an answer belongs to, in the process’s own direction as well', async () => {
    const service = direct.subscribe('ask.me', { callback: (_, message) => void message.respond('yes') });
    await direct.flush();
    const passed: string[] = [];
    proxy.disturb(({ direction, subject, answers }) => {
      passed.push(answers ? `${direction} answer to ${answers}` : `${direction} ${subject}`);
      return 'pass';
    });
    await behind.request('ask.me');
    expect(passed).toEqual(['out ask.me', 'in answer to ask.me']);
    service.unsubscribe();
  });

  it('stands still without a word, and then delivers what was sent meanwhile', async () => {
    proxy.freeze();
    direct.publish('t.late', 'late');
    await direct.flush();
    const flushed = behind.flush();
    expect(heard).toEqual([]);
    proxy.restore();
    await flushed;
    await waitFor('what was sent', () => heard.length === 1);
  });

  it('is cut, and comes back', async () => {
    const states: string[] = [];
    void (async () => {
      for await (const { type } of behind.status()) states.push(type);
    })();
    proxy.cut();
    await waitFor('the loss', () => states.includes('disconnect'));
    await direct.flush();
    direct.publish('t.gone', 'gone');
    proxy.restore();
    await waitFor('the return', () => states.includes('reconnect'));
    // Its subscriptions are made anew behind the return.
    await behind.flush();
    await tell('again');
    expect(heard).toEqual(['again']);
  });
});

it.each([
  ['*.*.changed', 'tokens.tokens.changed', true],
  ['*.*.changed', 'tokens.tokens.beat', false],
  ['*.*.changed', 'tokens.changed', false],
  ['tokens.>', 'tokens.tokens.changed', true],
  ['tokens.>', 'tokens', false],
])('the pattern %s and the subject %s', (pattern, subject, expected) => {
  expect(fits(pattern, subject)).toBe(expected);
});
