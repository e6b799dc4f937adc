import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { PayloadOf } from '@sluice/contracts/contract';
import { adminsChanged, adminsHeartbeat, verifyAdminKey, verifySession } from '@sluice/contracts/tokens/admin-verdicts';
import {
  createAdminKey,
  getAdmin,
  inviteAdmin,
  listAdminKeys,
  type Role,
  removeAdmin,
  revokeAdminKey,
  updateAdmin,
} from '@sluice/contracts/tokens/admins';
import {
  changePassword,
  completeSetup,
  createPasswordLink,
  createSetupLink,
  getSession,
  resetPassword,
  signIn,
  signOut,
} from '@sluice/contracts/tokens/sessions';
import { ServiceError } from '@sluice/messaging/service-error';
import { newId } from '@sluice/runtime/ids';
import { hashSecret } from '@sluice/runtime/secret-format';
import { mongo } from 'mongoose';
import { TokensConfig } from '../../apps/tokens/src/config/tokens-config';
import { newSecret, storedSecret } from '../../apps/tokens/src/secrets/secret';
import { TokensModule } from '../../apps/tokens/src/tokens.module';
import type { TestEngine } from '../support/engine-choice';
import { startMongo } from '../support/mongo';
import { startNats } from '../support/nats';
import { waitFor } from '../support/wait-for';
import { type Caller, startCaller, startService } from './local-service';

const PASSWORD = 'correct horse battery staple';
const NEXT_PASSWORD = 'another battery of horses';
const address = '192.0.2.1';
const MINUTE_MS = 60_000;

describe('admins, two replicas', () => {
  let nats: TestEngine;
  let mongodb: TestEngine;
  let caller: Caller;
  let replicas: NestFastifyApplication[];
  let config: TokensConfig;
  let client: mongo.MongoClient;
  let database: mongo.Db;
  let changes: PayloadOf<typeof adminsChanged>[];
  let beats: PayloadOf<typeof adminsHeartbeat>[];
  let ownerId: string;
  const spied: { subject: string; data: string; headers: string }[] = [];

  beforeAll(async () => {
    [nats, mongodb] = await Promise.all([startNats(), startMongo()]);
    caller = await startCaller(nats.url);
    changes = await caller.listen(adminsChanged);
    beats = await caller.listen(adminsHeartbeat);
    (await caller.bus.connection()).subscribe('>', {
      callback: (_error, message) => {
        const headers = [...(message.headers ?? [])].join();
        spied.push({ subject: message.subject, data: message.string(), headers });
      },
    });
    config = TokensConfig.parse({ NATS_URL: nats.url, MONGO_URL: mongodb.url, LOG_LEVEL: 'silent' });
    replicas = await Promise.all([startService(TokensModule.with(config)), startService(TokensModule.with(config))]);
    client = new mongo.MongoClient(mongodb.url);
    database = client.db('sluice_tokens');
    const { secret } = await caller.services.request(createSetupLink, {});
    const person = { name: 'Olga', email: 'Olga@Example.com', password: PASSWORD };
    const started = await caller.services.request(completeSetup, {
      ...person,
      secretHash: hashSecret(secret),
      address,
    });
    ownerId = started.session.admin.id ?? '';
  });

  afterAll(async () => {
    await client?.close();
    await caller?.close();
    await Promise.all((replicas ?? []).map((replica) => replica.close()));
    await Promise.all([nats?.stop(), mongodb?.stop()]);
  });

  const admins = () => database.collection<{ _id: string; [member: string]: unknown }>('admins');
  const sessions = () => database.collection<{ _id: string; [member: string]: unknown }>('sessions');
  const start = (email = 'olga@example.com', password = PASSWORD) =>
    caller.services.request(signIn, { email, password, address });
  const verify = (secret: string) => caller.services.request(verifySession, { secretHash: hashSecret(secret) });
  const verifyKey = (secret: string) => caller.services.request(verifyAdminKey, { secretHash: hashSecret(secret) });
  const get = (adminId: string) => caller.services.request(getAdmin, { adminId });
  const shift = (secret: string, change: Record<string, Date>) =>
    sessions().updateOne({ secretHash: hashSecret(secret) }, { $set: change });
  const ago = (ms: number) => new Date(Date.now() - ms);

  async function member(role: Role, name: string): Promise<string> {
    const email = `${name}@example.com`;
    const { admin, secret } = await caller.services.request(inviteAdmin, { name, email, role });
    const accepted = { name, email, password: PASSWORD, secretHash: hashSecret(secret), address };
    await caller.services.request(completeSetup, accepted);
    return admin.id;
  }

  test('a password is stored as Argon2id with the parameters that OWASP names', async () => {
    const stored = await admins().findOne({ _id: ownerId });
    expect(stored?.passwordHash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  });

  test('a session ends 30 minutes after its last use, and use is recorded once a minute at most', async () => {
    const { session, secret } = await start();
    expect(Date.parse(session.idleExpiresAt) - Date.now()).toBeGreaterThan(29 * MINUTE_MS);
    const lastUse = async () => {
      const stored = await sessions().findOne({ secretHash: hashSecret(secret) });
      return (stored?.lastActiveAt ?? new Date(0)) as Date;
    };
    await shift(secret, { lastActiveAt: ago(MINUTE_MS / 2) });
    const before = await lastUse();
    await verify(secret);
    expect(await lastUse()).toEqual(before);
    await shift(secret, { lastActiveAt: ago(29 * MINUTE_MS) });
    await verify(secret);
    await waitFor('the use to be recorded', async () => (await lastUse()).getTime() > before.getTime());
    await shift(secret, { lastActiveAt: ago(30 * MINUTE_MS) });
    await expect(verify(secret)).rejects.toMatchObject({ code: 'token_expired' });
  });

  test('a session ends 12 hours after its beginning, however much it is used', async () => {
    const { session, secret } = await start();
    expect(Math.round((Date.parse(session.expiresAt) - Date.now()) / MINUTE_MS)).toBe(12 * 60);
    expect((await verify(secret)).remainingMs).toBeLessThanOrEqual(12 * 60 * MINUTE_MS);
    await shift(secret, { expiresAt: ago(0), lastActiveAt: ago(0) });
    await expect(verify(secret)).rejects.toMatchObject({ code: 'token_expired' });
  });

  test('what ends a session or a key is announced under a number that the heartbeats repeat', async () => {
    const id = await member('editor', 'announced');
    const last = () => changes.at(-1)?.rev ?? 0;
    const started = await start('announced@example.com');
    const { key, secret } = await caller.services.request(createAdminKey, { adminId: id, name: 'CI' });
    const told: (() => Promise<unknown>)[] = [
      async () => caller.services.request(signOut, { sessionId: (await verify(started.secret)).id }),
      () => caller.services.request(revokeAdminKey, { adminId: id, keyId: key.id }),
      async () =>
        caller.services.request(updateAdmin, { adminId: id, revision: (await get(id)).revision, role: 'viewer' }),
      () => caller.services.request(removeAdmin, { adminId: id }),
    ];
    for (const change of told) {
      const before = last();
      await change();
      await waitFor('the announcement', () => last() > before);
    }
    await waitFor('a heartbeat with it', () => (beats.at(-1)?.rev ?? 0) >= last());
    await expect(verify(started.secret)).rejects.toMatchObject({ code: 'token_revoked' });
    await expect(verifyKey(secret)).rejects.toMatchObject({ code: 'token_revoked' });
    await expect(get(id)).rejects.toMatchObject({ code: 'admin_not_found' });
  });

  test('a removed account leaves no email and no password behind, and its email is free again', async () => {
    const id = await member('viewer', 'gone');
    await caller.services.request(removeAdmin, { adminId: id });
    const stored = JSON.stringify(await admins().findOne({ _id: id }));
    expect(stored).not.toContain('gone@example.com');
    expect(stored).not.toContain('argon2');
    expect(await member('viewer', 'gone')).not.toBe(id);
  });

  test('of several owners who all demote each other at once one stays', async () => {
    for (let round = 0; round < 10; round++) {
      const others = [await member('owner', `first-${round}`), await member('owner', `second-${round}`)];
      const owners = await Promise.all([ownerId, ...others].map(get));
      const results = await Promise.allSettled(
        owners.map(({ id, revision }) =>
          caller.services.request(updateAdmin, { adminId: id, revision, role: 'editor' }),
        ),
      );
      const refusals = results.flatMap((result) => (result.status === 'rejected' ? [result.reason.code] : []));
      expect(refusals).toEqual(['last_owner']);
      const left = await admins().find({ role: 'owner', state: 'active' }).toArray();
      expect(left).toHaveLength(1);
      const { revision } = await get(ownerId);
      await caller.services.request(updateAdmin, { adminId: ownerId, revision, role: 'owner' });
      for (const adminId of others) await caller.services.request(removeAdmin, { adminId });
    }
  }, 30_000);

  test('a change that a crash left half-way is carried out by the next change or the next start, once', async () => {
    const id = await member('editor', 'halfway');
    const { revision } = await get(id);
    const rosters = database.collection<{ _id: string; rev: number; intent: unknown }>('rosters');
    const intent = { id: 'left-behind', adminId: id, revision, change: { role: 'viewer' } };
    await rosters.updateOne({ _id: 'roster' }, { $set: { intent }, $inc: { rev: 1 } });
    const other = await member('viewer', 'another');
    const { revision: ofOther } = await get(other);
    const update = { adminId: other, revision: ofOther, role: 'editor' } as const;
    expect((await caller.services.request(updateAdmin, update)).role).toBe('editor');
    expect(await get(id)).toMatchObject({ role: 'viewer', revision: revision + 1 });
    await rosters.updateOne({ _id: 'roster' }, { $set: { intent }, $inc: { rev: 1 } });
    const next = { adminId: other, revision: ofOther + 1, name: 'Another' };
    await caller.services.request(updateAdmin, next);
    expect(await get(id)).toMatchObject({ role: 'viewer', revision: revision + 1 });
    const another = { id: 'left-again', adminId: id, revision: revision + 1, change: { role: 'editor' } };
    await rosters.updateOne({ _id: 'roster' }, { $set: { intent: another }, $inc: { rev: 1 } });
    replicas.push(await startService(TokensModule.with(config)));
    expect(await get(id)).toMatchObject({ role: 'editor', revision: revision + 2 });
  });

  test('keys of early installations, which have less to them, go on as keys of the installation', async () => {
    const secret = newSecret('sla');
    const early = { _id: newId('adm'), ...storedSecret(secret), createdAt: new Date() };
    await database.collection<typeof early>('adminKeys').insertOne(early);
    const keyId = early._id.replace('adm_', 'key_');
    expect(await verifyKey(secret)).toMatchObject({ id: keyId, adminId: null, name: 'configured key', role: 'owner' });
    const { data } = await caller.services.request(listAdminKeys, { adminId: null });
    expect(data).toMatchObject([{ id: keyId, state: 'active', expiresAt: null }]);
    await caller.services.request(revokeAdminKey, { adminId: null, keyId });
    await expect(verifyKey(secret)).rejects.toMatchObject({ code: 'token_revoked' });
  });

  test('an invitation ends after seven days, and its link says no more than that', async () => {
    const person = { name: 'Late', email: 'late@example.com' };
    const { admin, secret } = await caller.services.request(inviteAdmin, { ...person, role: 'viewer' });
    const accept = () =>
      caller.services.request(completeSetup, {
        ...person,
        password: PASSWORD,
        secretHash: hashSecret(secret),
        address,
      });
    await admins().updateOne({ _id: admin.id }, { $set: { 'invite.expiresAt': ago(0) } });
    await expect(accept()).rejects.toMatchObject({ code: 'setup_link_invalid' });
    await admins().updateOne({ _id: admin.id }, { $set: { 'invite.expiresAt': new Date(Date.now() + MINUTE_MS) } });
    expect((await accept()).session.admin).toMatchObject({ id: admin.id, role: 'viewer' });
  });

  const offer = async (adminId: string) => (await caller.services.request(createPasswordLink, { adminId })).secret;
  const reset = (secret: string, email: string, password = NEXT_PASSWORD) =>
    caller.services.request(resetPassword, { secretHash: hashSecret(secret), email, password, address });

  test('a link for a new password changes nothing until it is used; then every session is over and the old password too', async () => {
    const id = await member('editor', 'forgetful');
    const email = 'forgetful@example.com';
    const { key, secret: keySecret } = await caller.services.request(createAdminKey, { adminId: id, name: 'CI' });
    const byKey = await caller.services.request(signIn, { keyHash: hashSecret(keySecret), address });
    const link = await offer(id);
    const before = await start(email);
    expect((await get(id)).state).toBe('active');
    await expect(reset(link, 'olga@example.com')).rejects.toMatchObject({ faults: [{ pointer: '/email' }] });
    await expect(reset(link, email, 'forgetful@example.com')).rejects.toMatchObject({
      faults: [{ pointer: '/password' }],
    });
    await verify(before.secret);
    const announced = changes.length;
    const { session, secret } = await reset(link, 'Forgetful@Example.com');
    expect(session.admin).toMatchObject({ id, role: 'editor' });
    await waitFor('the announcement', () => changes.length > announced);
    for (const ended of [before, byKey]) {
      await expect(verify(ended.secret)).rejects.toMatchObject({ code: 'token_revoked' });
    }
    await verify(secret);
    expect(await verifyKey(keySecret)).toMatchObject({ id: key.id });
    await expect(start(email)).rejects.toMatchObject({ code: 'sign_in_failed' });
    await start(email, NEXT_PASSWORD);
  });

  test('of many who use the same link for a new password at once one does, and never again', async () => {
    const id = await member('viewer', 'hasty');
    const link = await offer(id);
    const passwords = [1, 2, 3, 4].map((index) => `password number ${index}`);
    const results = await Promise.allSettled(passwords.map((each) => reset(link, 'hasty@example.com', each)));
    const taken = results.flatMap(({ status }, index) => (status === 'fulfilled' ? passwords[index] : []));
    expect(taken).toHaveLength(1);
    await start('hasty@example.com', taken[0]);
    await expect(reset(link, 'hasty@example.com')).rejects.toMatchObject({ code: 'setup_link_invalid' });
  });

  test('a link for a new password ends with the next one, after a day, and with the password or the state that it was made in', async () => {
    const id = await member('viewer', 'linked');
    const email = 'linked@example.com';
    const isOver = (link: string) => expect(reset(link, email)).rejects.toMatchObject({ code: 'setup_link_invalid' });
    const replaced = await offer(id);
    const old = await offer(id);
    await isOver(replaced);
    await admins().updateOne({ _id: id }, { $set: { 'invite.expiresAt': ago(0) } });
    await isOver(old);
    const left = await offer(id);
    const stored = (await admins().findOne({ _id: id }))?.invite as { expiresAt: Date };
    expect(Math.round((stored.expiresAt.getTime() - Date.now()) / MINUTE_MS)).toBe(24 * 60);
    const { id: sessionId } = await verify((await start(email)).secret);
    const passwords = { current: PASSWORD, next: NEXT_PASSWORD };
    await caller.services.request(changePassword, { ...passwords, sessionId, address });
    await isOver(left);
    const paused = await offer(id);
    const become = async (state: 'active' | 'disabled') =>
      caller.services.request(updateAdmin, { adminId: id, revision: (await get(id)).revision, state });
    await become('disabled');
    await isOver(paused);
    await expect(offer(id)).rejects.toMatchObject({ code: 'admin_not_active' });
    await become('active');
    await isOver(paused);
    const gone = await offer(id);
    await caller.services.request(removeAdmin, { adminId: id });
    await isOver(gone);
    await expect(offer(id)).rejects.toMatchObject({ code: 'admin_not_found' });
  });

  test('no invitation sets the password of an account, and no link for a password accepts an invitation', async () => {
    const person = { name: 'Guest', email: 'guest@example.com' };
    const invited = await caller.services.request(inviteAdmin, { ...person, role: 'viewer' });
    await expect(offer(invited.admin.id)).rejects.toMatchObject({ code: 'admin_not_active' });
    await expect(reset(invited.secret, person.email)).rejects.toMatchObject({ code: 'setup_link_invalid' });
    const id = await member('viewer', 'settled');
    const accepted = { name: 'Settled', email: 'settled@example.com', password: PASSWORD, address };
    const accept = caller.services.request(completeSetup, { ...accepted, secretHash: hashSecret(await offer(id)) });
    await expect(accept).rejects.toMatchObject({ code: 'setup_link_invalid' });
  });

  test('failures of one address are throttled whatever emails they try, and told how long to wait', async () => {
    const guess = (index: number) =>
      caller.services.request(signIn, { email: `nobody-${index}@example.com`, password: 'x', address: '198.51.100.9' });
    const codes: unknown[] = [];
    for (let index = 0; index < 22; index++) {
      const error = await guess(index).catch((reason: unknown) => reason as ServiceError);
      if (!(error instanceof ServiceError)) throw new Error('signed in');
      codes.push(error.code);
      if (error.code === 'too_many_failures') expect(error.retryAfterSeconds).toBeGreaterThan(0);
    }
    expect(codes.slice(0, 20)).toEqual(Array(20).fill('sign_in_failed'));
    expect(codes.slice(20)).toEqual(Array(2).fill('too_many_failures'));
  });

  test('links for a new password are not guessed at without end: failures of one address are throttled', async () => {
    const guess = () => {
      const secretHash = hashSecret(newSecret('sli'));
      const person = { email: 'olga@example.com', password: NEXT_PASSWORD };
      return caller.services.request(resetPassword, { ...person, secretHash, address: '198.51.100.10' });
    };
    for (let index = 0; index < 20; index++)
      await expect(guess()).rejects.toMatchObject({ code: 'setup_link_invalid' });
    await expect(guess()).rejects.toMatchObject({ code: 'too_many_failures' });
  });

  test('no password and no secret is in the database or in a header, and on the bus only where it is handed over', async () => {
    const { session, secret } = await start();
    expect(session.admin).toEqual({ id: ownerId, name: 'Olga', email: 'Olga@Example.com', role: 'owner' });
    const { id } = await verify(secret);
    expect(await caller.services.request(getSession, { sessionId: id })).toMatchObject({ admin: session.admin });
    await waitFor('the spy', () => spied.some(({ data }) => data.includes(secret)));
    const handedOver = spied.filter(({ data }) => data.includes(secret));
    expect(handedOver.map(({ subject }) => subject)).toEqual([expect.stringMatching(/^_INBOX\./)]);
    const hasPassword = (text: string) => [PASSWORD, NEXT_PASSWORD].some((each) => text.includes(each));
    const withPassword = new Set(spied.filter(({ data }) => hasPassword(data)).map(({ subject }) => subject));
    expect([...withPassword].sort()).toEqual([
      'tokens.passwords.change',
      'tokens.passwords.reset',
      'tokens.sessions.start',
      'tokens.setup.complete',
    ]);
    const secrets = /sl[acis]_[0-9A-Za-z]{20}/;
    expect(spied.filter(({ headers }) => secrets.test(headers) || hasPassword(headers))).toEqual([]);
    const collections = await database.collections();
    const stored = await Promise.all(collections.map(async (each) => JSON.stringify(await each.find().toArray())));
    expect(stored.join()).toContain(hashSecret(secret));
    expect(stored.join()).not.toMatch(secrets);
    expect(hasPassword(stored.join())).toBe(false);
  });
});
