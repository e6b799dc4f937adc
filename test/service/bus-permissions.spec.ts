import { connect, type NatsConnection, PermissionViolationError } from '@nats-io/transport-node';
import { Controller, Module } from '@nestjs/common';
import { messages, ownerOf } from '@sluice/contracts/bus/bus-users';
import { type BusUserName, busUserNames } from '@sluice/contracts/bus-user-names';
import { verifyToken } from '@sluice/contracts/tokens/tokens';
import { Handles } from '@sluice/messaging/handles';
import { MessagingModule } from '@sluice/messaging/messaging.module';
import { natsUsers, permissionsOf } from '@sluice/messaging/permissions';
import { refuse } from '@sluice/messaging/service-error';
import { HealthModule } from '@sluice/runtime/health.module';
import { register } from 'prom-client';
import type { TestEngine } from '../support/engine-choice';
import { startGuardedNats } from '../support/nats';
import { waitFor } from '../support/wait-for';
import { startCaller, startService } from './local-service';

const passwords = Object.fromEntries(busUserNames.map((name) => [name, `password of ${name}`])) as Record<
  BusUserName,
  string
>;
const subjects = messages.map(({ subject }) => subject);
const requests = messages.filter(({ kind }) => kind === 'contract').map(({ subject }) => subject);
const events = messages.filter(({ kind }) => kind === 'event').map(({ subject }) => subject);
const inboxes = busUserNames.map((name) => `_INBOX.${name}.>`);
const example = (pattern: string) => pattern.replace('>', 'Q9Xh2.1');
/** Forbidden for everybody: the server answers in order, so what it refuses before is all that it refuses. */
const LAST = 'the.last.try';
/** Nobody may listen to these, nor to one subject of which every other name is wild. */
const wild = ['>', '*', '*.>', '_INBOX.>', '_INBOX.*.>', '_INBOX.*', '$SYS.>', '$SRV.>', '$JS.>', '*.tokens.verify'];

describe('the users of the bus on a real nats-server', () => {
  let nats: TestEngine;
  const open: NatsConnection[] = [];

  beforeAll(async () => {
    nats = await startGuardedNats(natsUsers(passwords));
  });

  afterAll(async () => {
    await Promise.all(open.map((connection) => connection.close()));
    await nats?.stop();
  });

  /** Tries everything at once; what the server refused, as `publish subject` or `subscribe subject queue`. */
  const refusedOf = async (user: BusUserName, tries: readonly string[]): Promise<string[]> => {
    const connection = await connect({
      servers: nats.url,
      user,
      pass: passwords[user],
      inboxPrefix: `_INBOX.${user}`,
      reconnect: false,
    });
    open.push(connection);
    const refused: string[] = [];
    void (async () => {
      for await (const status of connection.status()) {
        if (status.type !== 'error' || !(status.error instanceof PermissionViolationError)) continue;
        const { operation, subject, queue } = status.error;
        refused.push([operation === 'publish' ? 'publish' : 'subscribe', subject, queue].filter(Boolean).join(' '));
      }
    })();
    for (const attempt of tries) {
      const [operation, subject = '', queue] = attempt.split(' ');
      if (operation === 'publish') connection.publish(subject, 'x');
      else connection.subscribe(subject, { queue, callback: () => {} });
    }
    connection.publish(LAST, 'x');
    await waitFor('the last refusal', () => refused.at(-1) === `publish ${LAST}`);
    return refused.slice(0, -1);
  };

  const everything = [
    ...[...subjects, ...inboxes.map(example), '$SYS.REQ.SERVER.PING', '$JS.API.INFO', 'anything.else'].map(
      (subject) => `publish ${subject}`,
    ),
    ...[...subjects, ...inboxes, ...wild, ...busUserNames.map((name) => `${name}.>`)].map(
      (subject) => `subscribe ${subject}`,
    ),
    ...requests.flatMap((subject) => busUserNames.map((queue) => `subscribe ${subject} ${queue}`)),
  ];
  const allowed = (user: BusUserName): string[] => {
    const { publish, subscribe } = permissionsOf(user);
    return [
      ...publish.map((subject) => `publish ${example(subject)}`),
      ...subscribe.map((subject) => `subscribe ${subject}`),
    ];
  };

  test.each(busUserNames)('%s may do all that it needs', async (user) => {
    expect(allowed(user).length).toBeGreaterThan(1);
    expect(await refusedOf(user, allowed(user))).toEqual([]);
  });

  test.each(busUserNames)(
    '%s may do nothing else: every other subject, inbox, queue and wildcard is refused',
    async (user) => {
      const forbidden = everything.filter((attempt) => !allowed(user).includes(attempt));
      expect(forbidden.length).toBeGreaterThan(100);
      expect((await refusedOf(user, forbidden)).sort()).toEqual(forbidden.sort());
    },
  );

  test('only its owner tells an event or answers a request, and only a user itself listens to its inbox', () => {
    for (const user of busUserNames) {
      const { publish, subscribe } = permissionsOf(user);
      const told = publish.filter((subject) => events.includes(subject));
      expect(told.filter((subject) => ownerOf({ subject } as never) !== user)).toEqual([]);
      const answered = subscribe.filter((entry) => requests.includes(entry.split(' ')[0] ?? ''));
      expect(answered.every((entry) => entry.startsWith(`${user}.`) && entry.endsWith(` ${user}`))).toBe(true);
      expect(subscribe.filter((entry) => entry.startsWith('_INBOX'))).toEqual([`_INBOX.${user}.>`]);
    }
    expect(permissionsOf('registry').publish).not.toContain('_INBOX.standalone.>');
    expect(permissionsOf('catalogue').publish).not.toContain(verifyToken.subject);
  });

  test('whoever has no name or the wrong password is not let in', async () => {
    const enter = (credentials: object) => connect({ servers: nats.url, reconnect: false, ...credentials });
    await expect(enter({})).rejects.toThrow(/authorization/i);
    await expect(enter({ user: 'gateway', pass: passwords.catalogue })).rejects.toThrow(/authorization/i);
    await expect(enter({ user: 'sluice', pass: '' })).rejects.toThrow(/authorization/i);
  });

  test('a request that is not allowed fails at once, not by its time limit, and is counted', async () => {
    const registry = { service: 'registry', user: 'registry', password: passwords.registry };
    const caller = await startCaller(nats.url, registry);
    const counted = async () => {
      const metric = await register.getSingleMetric('sluice_nats_permission_violations_total')?.get();
      return metric?.values.find(({ labels }) => labels.operation === 'publish')?.value ?? 0;
    };
    try {
      const before = await counted();
      const startedMs = performance.now();
      const call = caller.services.request({ ...verifyToken, timeoutMs: 10_000 }, { secretHash: 'a'.repeat(64) });
      await expect(call).rejects.toMatchObject({
        code: 'internal',
        detail: `${verifyToken.subject} may not be called`,
      });
      expect(performance.now() - startedMs).toBeLessThan(1_000);
      expect(await counted()).toBe(before + 1);
    } finally {
      await caller.close();
    }
  });

  test('a service whose user may not answer what it has to answer does not start, and says why', async () => {
    const start = startService({
      module: ImpostorModule,
      imports: [
        HealthModule,
        MessagingModule.forService({
          service: 'registry',
          servers: [nats.url],
          user: 'registry',
          password: passwords.registry,
        }),
      ],
    });
    await expect(start).rejects.toThrow(`the NATS user of registry may not subscribe to ${verifyToken.subject}`);
  });
});

/** Somebody who would like to judge tokens. */
@Controller()
class Impostor {
  @Handles(verifyToken)
  async verify(): Promise<never> {
    throw refuse(verifyToken, 'token_unknown');
  }
}

@Module({ controllers: [Impostor] })
class ImpostorModule {}
