import { readFileSync } from 'node:fs';
import { connect, headers, type NatsConnection } from '@nats-io/transport-node';
import { busUsers, messages } from '@sluice/contracts/bus/bus-users';
import { busUserNames } from '@sluice/contracts/bus-user-names';
import type { Contract, EventContract } from '@sluice/contracts/contract';
import { decodeFrame, encodeFrame } from '@sluice/messaging/frame';
import fc from 'fast-check';
import { z } from 'zod';
import { seeds } from '../measure/seeds';
import { Publisher } from '../support/publisher';
import { useStack } from '../support/use-stack';
import { waitFor } from '../support/wait-for';

const COUNT = seeds(10_000);
/** Some happen to be valid. */
const SAMPLES = 1.08 * COUNT;
/** At a time, so that no service refuses one for being busy before it has read it. */
const AT_ONCE = 250;
const parts = ['gateway-1', 'catalogue-1', 'registry-1', 'tokens-1'];
/** Inboxes that every service may answer to. */
const INBOX = '_INBOX.gateway.fuzz';
/** Little more than what a service needs to run: one that kept what it was sent would crash. */
const SMALL_HEAP = '--max-old-space-size=128';

type Message = Contract | EventContract;
interface Shot {
  message: Message;
  payload: Uint8Array;
  withReply: boolean;
}

const schemaOf = (message: Message) => (message.kind === 'contract' ? message.request : message.payload);
const nested = (depth: number, open: string, close: string) => Buffer.from(open.repeat(depth) + close.repeat(depth));
const framed = (json: Buffer, length = json.length) => {
  const frame = Buffer.alloc(4 + json.length);
  frame.writeUInt32BE(length, 0);
  json.copy(frame, 4);
  return frame;
};

const value = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom(null, '', -1, 1e308, true, [], {}, '\u0000', '\ud800', 'x'.repeat(5_000)),
  fc.constantFrom({ $ne: null }, { $where: 'sleep(1)' }, { $gt: '' }, JSON.parse('{"__proto__":{"role":"owner"}}')),
);

const deep = [nested(30_000, '[', ']'), nested(15_000, '{"and":[', ']}')].map((json) => framed(json));

/** Objects with the members that the message has, and values that mostly do not belong there. */
function likeOf(message: Message): fc.Arbitrary<unknown> {
  const schema = z.toJSONSchema(schemaOf(message), { io: 'input', unrepresentable: 'any' });
  const members = Object.keys(schema.properties ?? {});
  return fc.record(Object.fromEntries([...members, 'extra'].map((name) => [name, value])), { requiredKeys: [] });
}

const shot: fc.Arbitrary<Shot> = fc.oneof(
  ...messages.map((message) =>
    fc.record({
      message: fc.constant(message),
      withReply: fc.boolean(),
      payload: fc.oneof(
        fc.uint8Array({ maxLength: 40 }),
        fc.string().map((text) => framed(Buffer.from(text))),
        fc.nat().map((length) => framed(Buffer.from('{}'), length)),
        value.map((head) => encodeFrame(head)),
        fc.constantFrom(...deep),
        { arbitrary: likeOf(message).map((head) => encodeFrame(head)), weight: 5 },
      ),
    }),
  ),
);

describe('messages that fit no contract', () => {
  const stack = useStack({ env: { NODE_OPTIONS: SMALL_HEAP } });
  let bus: NatsConnection;

  beforeAll(async () => {
    const { url, user, password } = stack.bus;
    bus = await connect({ servers: url, user, pass: password });
  });
  afterAll(async () => {
    await bus?.close();
  });

  const bad = async () => {
    const all = await Promise.all(parts.map((part) => stack.allMetrics(part)));
    const lines = all.flatMap((text) => [...text.matchAll(/^sluice_bad_messages_total\{[^}]*\} (\d+)$/gm)]);
    return lines.reduce((sum, [, count]) => sum + Number(count), 0);
  };
  const isInvalid = ({ message, payload }: Shot) => !schemaOf(message).safeParse(decodeFrame(payload)?.head).success;
  const readers = ({ message }: Shot) =>
    message.kind === 'contract'
      ? 1
      : busUserNames.filter((user) => busUsers[user].hears.some(({ subject }) => subject === message.subject)).length;

  it(`${COUNT} of them on every subject crash nothing, are counted and answered, and leave no memory behind`, async () => {
    const shots = fc.sample(shot, { numRuns: SAMPLES, seed: 20_261_124 }).filter(isInvalid);
    expect(shots.length).toBeGreaterThanOrEqual(COUNT);
    expect(new Set(shots.map(({ message }) => message.subject)).size).toBe(messages.length);
    const pids = parts.map((part) => stack.pid(part));
    let answers = 0;
    bus.subscribe(`${INBOX}.>`, { callback: () => void answers++ });
    let [wanted, counted] = [0, await bad()];
    for (let at = 0; at < shots.length; at += AT_ONCE) {
      for (const [index, each] of shots.slice(at, at + AT_ONCE).entries()) {
        const reply = each.withReply ? `${INBOX}.${at + index}` : undefined;
        const headed = index % 7 === 0 ? { headers: strange() } : {};
        bus.publish(each.message.subject, each.payload, { reply, ...headed });
        counted += readers(each);
        if (reply && each.message.kind === 'contract') wanted++;
      }
      await waitFor('the answers', () => answers === wanted);
    }
    await waitFor('the count', async () => (await bad()) === counted);
    expect(parts.map((part) => stack.pid(part))).toEqual(pids);
    const logs = parts.map((part) => readFileSync(stack.log(part), 'utf8')).join('\n');
    expect(logs).not.toMatch(/unhandledRejection|"level":(50|60)|RangeError/);
    const published = await new Publisher(stack).publish('After it', 'csv', 'id\n1\n');
    expect(published.api.active).toBe(true);
  });
});

/** Heads of messages that no part of the product would write. */
function strange() {
  const hdrs = headers();
  hdrs.set('Sluice-Deadline', 'yesterday');
  hdrs.set('Sluice-Actor', '%7B%22id%22');
  hdrs.set('Sluice-Offer', 'nobody.is.here');
  return hdrs;
}
