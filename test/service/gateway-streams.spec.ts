import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { connect } from 'node:net';
import { register } from 'prom-client';
import { ConsoleSession, PASSWORD } from '../support/console-session';
import { answerTo, read } from '../support/publisher';
import { waitFor } from '../support/wait-for';
import { addAdminKey, addApi, holdPages, isPageHeld, removeAdminKey } from './gateway-neighbours';
import { useGateway } from './use-gateway';

const MOST_OF_CALLER = 4;
const MOST = 200;
const ENDS_MS = 1_000;
const STOPS_MS = 2_000;

const gateway = useGateway();
const live = () => `${gateway.url}/manage/v1/usage/live`;
let leave: AbortController;

beforeEach(() => {
  leave = new AbortController();
});
afterEach(() => leave.abort());

interface Watched {
  status: number;
  text: string;
  ended: boolean;
  problem: unknown;
}

/** Opens a stream and reads it until it ends. */
async function watch(headers: Record<string, string>): Promise<Watched> {
  const response = await fetch(live(), { headers, signal: leave.signal });
  const got: Watched = { status: response.status, text: '', ended: false, problem: undefined };
  if (!response.ok) return { ...got, problem: await response.json(), ended: true };
  const decoder = new TextDecoder();
  void (async () => {
    for await (const chunk of response.body ?? []) got.text += decoder.decode(chunk);
  })()
    .catch(() => {})
    .finally(() => {
      got.ended = true;
    });
  return got;
}

const withKey = (key: string) => ({ authorization: `Bearer ${key}` });
const signedIn = () => ConsoleSession.signIn(gateway.url, { email: 'viewer@example.com', password: PASSWORD });

/** The milliseconds from now until a stream has ended. */
async function endOf(stream: Watched): Promise<number> {
  const startedMs = performance.now();
  await waitFor('the end of the stream', () => stream.ended);
  return performance.now() - startedMs;
}

/** The number of requests for rows whose clients were gone, as the metrics tell it. */
async function leftRequests(): Promise<number> {
  const counted = /^sluice_http_request_duration_seconds_count\{route="page",status="4xx"\} (\d+)/m;
  return Number(counted.exec(await register.metrics())?.[1] ?? 0);
}

describe('a client that leaves before its answer', () => {
  it('is counted with the requests, as one that went', async () => {
    const api = addApi('left', [{ id: 1 }]);
    const open = holdPages(api);
    await waitFor('the route', async () => (await read(gateway.url, 'left/_schema', api.secret)).status === 200);
    const before = await leftRequests();
    const asked = fetch(`${gateway.url}/api/left`, { headers: withKey(api.secret), signal: leave.signal });
    await Promise.race([asked, waitFor('the page to be under way', () => isPageHeld(api))]);
    leave.abort();
    await expect(asked).rejects.toThrow();
    await waitFor('it to be counted', async () => (await leftRequests()) === before + 1);
    open();
  });
});

describe('event streams', () => {
  it('are four of a session or key at a time; the fifth is told so, and gets in once another is closed', async () => {
    const key = addAdminKey('viewer');
    const streams = await Promise.all(Array.from({ length: MOST_OF_CALLER }, () => watch(withKey(key))));
    expect(streams.map(({ status }) => status)).toEqual(Array(MOST_OF_CALLER).fill(200));
    const fifth = await watch(withKey(key));
    expect(fifth.status).toBe(429);
    expect(fifth.problem).toMatchObject({
      code: 'rate_limited',
      detail: 'event streams of a session or key at a time: 4; close one of them',
      'violated-policies': ['streams'],
    });
    expect((await watch(withKey(addAdminKey('viewer')))).status).toBe(200);
    leave.abort();
    leave = new AbortController();
    await waitFor('a stream', async () => (await watch(withKey(key))).status === 200);
  });

  it('are 200 of a gateway at a time, and take no place of a request', async () => {
    const keys = Array.from({ length: MOST / MOST_OF_CALLER }, () => addAdminKey('viewer'));
    await Promise.all(keys.flatMap((key) => Array.from({ length: MOST_OF_CALLER }, () => watch(withKey(key)))));
    const more = await watch(withKey(addAdminKey('viewer')));
    expect(more).toMatchObject({ status: 503, problem: { code: 'overloaded' } });
    expect(more.problem).toMatchObject({ detail: 'event streams of this gateway at a time: 200' });
    const [key = ''] = keys;
    const others = Array.from({ length: 100 }, () =>
      answerTo(`${gateway.url}/manage/v1/datasets`, { headers: withKey(key) }).then(({ status }) => status),
    );
    expect(new Set(await Promise.all(others))).toEqual(new Set([200]));
  });

  it('have no events for HEAD, which ends at once', async () => {
    const headers = withKey(addAdminKey('viewer'));
    for (let index = 0; index <= MOST_OF_CALLER; index++) {
      const head = await fetch(live(), { method: 'HEAD', headers });
      expect([head.status, await head.text()]).toEqual([200, '']);
    }
  });

  it('end within a second of a sign-out, and of a key that is taken back, whether the event came or got lost', async () => {
    const browser = await signedIn();
    const session = await watch({ cookie: browser.cookie });
    expect((await browser.call('DELETE', '/session')).status).toBe(204);
    expect(await endOf(session)).toBeLessThan(ENDS_MS);
    for (const isTold of [true, false]) {
      const [taken, other] = [addAdminKey('viewer'), addAdminKey('viewer')];
      const [stream, kept] = await Promise.all([watch(withKey(taken)), watch(withKey(other))]);
      removeAdminKey(taken, isTold);
      expect(await endOf(stream)).toBeLessThan(ENDS_MS);
      expect(kept.ended).toBe(false);
      expect((await watch(withKey(taken))).status).toBe(401);
    }
  });
});

describe('a gateway that is told to stop', () => {
  it('ends streams and closes idle connections at once, those that never sent anything too, and answers what it has', async () => {
    const api = addApi('stopping', [{ id: 1 }]);
    await waitFor('rows', async () => (await read(gateway.url, 'stopping', api.secret)).status === 200);
    const { port } = new URL(gateway.url);
    const silent = connect(Number(port), '127.0.0.1').on('error', () => {});
    const agent = new Agent({ keepAlive: true });
    const [response] = await once(get(`${gateway.url}/health/live`, { agent }), 'response');
    response.resume();
    const stream = await watch(withKey(addAdminKey()));
    const release = holdPages(api);
    const answer = read(gateway.url, 'stopping?id=1', api.secret);
    await waitFor('the request to be at work', () => isPageHeld(api));
    const startedMs = performance.now();
    const stopped = gateway.stopGateway();
    await waitFor('the end of the stream', () => stream.ended);
    await waitFor('the end of the connection', () => silent.closed);
    release();
    expect(await answer).toMatchObject({ status: 200, json: { data: [{ id: 1 }] } });
    await stopped;
    expect(performance.now() - startedMs).toBeLessThan(STOPS_MS);
    agent.destroy();
  });
});
