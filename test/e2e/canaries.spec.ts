import { readFile } from 'node:fs/promises';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { hashSecret } from '@sluice/runtime/secret-format';
import { mongo } from 'mongoose';
import { type Answer, answerTo, Publisher, read } from '../support/publisher';
import { useStack } from '../support/use-stack';
import { waitFor } from '../support/wait-for';

const ROW_VALUE = 'canary-of-a-row-7c1f';
const PASSWORD = 'canary of a password 93ab';
const PROCESSES = ['gateway-1', 'tokens-1', 'registry-1', 'catalogue-1'];
const MAX_NEW_SERIES = 50;

describe('secrets and rows', () => {
  const stack = useStack();
  let bus: NatsConnection;
  let trace = '';
  let metricsBefore = 0;
  const secrets: string[] = [];
  const answers: Answer[] = [];

  beforeAll(async () => {
    const publisher = new Publisher(stack);
    const { api, secret, tokenId } = await publisher.publish('Canary', 'csv', `id,name\n1,${ROW_VALUE}\n2,other\n`);
    const taking = {
      name: 'Canary in',
      datasetId: api.datasetId,
      path: api.path,
      method: 'POST' as const,
      active: true,
    };
    await publisher.assign((await publisher.api(taking)).id, tokenId);
    const rotated = (await publisher.call('POST', `/tokens/${tokenId}/rotate`, { graceSeconds: 600 })).json as {
      secret: string;
    };
    const revoked = await publisher.token('Revoked');
    await publisher.call('POST', `/tokens/${revoked.token.id}/revoke`);
    const link = (await publisher.call('POST', '/admins/setup-link')).json as { secret: string };
    const owner = { secret: link.secret, name: 'Owner', email: 'owner@example.com', password: PASSWORD };
    const set = await answerTo(`${stack.url}/manage/v1/setup`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'sluice-console': '1' },
      body: JSON.stringify(owner),
    });
    const [, session = ''] = /=(sls_\w+)/.exec(set.headers.get('set-cookie') ?? '') ?? [];
    secrets.push(secret, rotated.secret, revoked.secret, link.secret, session, PASSWORD, stack.adminKey);
    expect(secrets.every((each) => each.length > 10)).toBe(true);

    const { url: servers, user, password: pass } = stack.bus;
    bus = await connect({ servers, user, pass });
    bus.subscribe('>', {
      callback: (_, message) => {
        trace += `${message.subject} ${message.headers ?? ''} ${Buffer.from(message.data).toString('latin1')}\n`;
      },
    });
    await bus.flush();
    metricsBefore = await series();
    await use(api.path, secret, rotated.secret, revoked.secret, session);
    await waitFor('what was used on the bus', () => trace.includes('tokens.tokens.verify'));
  }, 90_000);
  afterAll(async () => {
    await bus?.close();
  });

  const metrics = () => Promise.all(PROCESSES.map((name) => stack.allMetrics(name)));
  /** A histogram has a line for each of its bounds: its series are counted once. */
  const series = async () => (await metrics()).join('\n').match(/^(?!\w+_(bucket|sum)\{)\w.*$/gm)?.length ?? 0;

  /** Everything that a secret can be sent with, and every way to be refused. */
  async function use(path: string, ...[good = '', newer = '', revoked = '', session = '']: string[]): Promise<void> {
    const keep = async (answer: Promise<Answer>) => answers.push(await answer);
    for (const secret of [good, newer, revoked, `${good}x`, stack.adminKey]) await keep(read(stack.url, path, secret));
    await keep(read(stack.url, `${path}?name=${ROW_VALUE}x&_filter=broken`, good));
    await keep(answerTo(`${stack.url}/api/${path}?access_token=${good}`));
    const body = JSON.stringify({ id: ROW_VALUE, name: ROW_VALUE });
    const json = { 'content-type': 'application/json' };
    const bearer = { authorization: `Bearer ${good}` };
    await keep(answerTo(`${stack.url}/api/${path}`, { method: 'POST', headers: { ...bearer, ...json }, body }));
    const cookie = { cookie: `sluice_session=${session}`, 'sluice-console': '1' };
    await keep(answerTo(`${stack.url}/manage/v1/session`, { headers: cookie }));
    await keep(answerTo(`${stack.url}/manage/v1/tokens`, { headers: bearer }));
    await keep(answerTo(`${stack.url}/manage/v1/nothing/${good}`, { headers: cookie }));
    for (let i = 0; i < 300; i++) await answerTo(`${stack.url}/api/none-${i}`, { headers: bearer });
  }

  const hits = (text: string) => [...secrets, ...secrets.map(hashSecret)].filter((each) => text.includes(each));

  it('are in no log of any service, and rows in none either', async () => {
    for (const name of PROCESSES) {
      const log = await readFile(stack.log(name), 'utf8');
      expect(log.length).toBeGreaterThan(100);
      expect(hits(log)).toEqual([]);
      expect(log).not.toContain(ROW_VALUE);
    }
  });

  it('are in no metric, whose series do not grow with what callers send', async () => {
    expect(hits((await metrics()).join())).toEqual([]);
    expect((await series()) - metricsBefore).toBeLessThanOrEqual(MAX_NEW_SERIES);
  });

  it('are in no answer to their use; what was sent is not echoed by a refusal', () => {
    const refusals = answers.filter(({ status }) => status >= 400);
    expect(refusals.length).toBeGreaterThan(5);
    expect(hits(answers.map(({ text, headers }) => `${text} ${JSON.stringify([...headers])}`).join('\n'))).toEqual([]);
    for (const { text } of refusals) expect(text).not.toContain(ROW_VALUE);
  });

  it('are in no database: only the hashes by which they are known', async () => {
    const client = await mongo.MongoClient.connect(stack.mongoUrl);
    try {
      for (const name of ['sluice_tokens', 'sluice_registry', 'sluice_catalogue']) {
        const collections = await client.db(name).collections();
        const docs = await Promise.all(collections.map((collection) => collection.find().toArray()));
        const dump = JSON.stringify(docs);
        expect(dump.length).toBeGreaterThan(100);
        expect(secrets.filter((each) => dump.includes(each))).toEqual([]);
      }
    } finally {
      await client.close();
    }
  });

  it('do not travel between the services when they are used: only their hashes do', () => {
    expect(trace.length).toBeGreaterThan(1_000);
    expect(secrets.filter((each) => trace.includes(each))).toEqual([]);
  });
});
