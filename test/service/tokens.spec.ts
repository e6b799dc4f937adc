import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { PayloadOf, RequestInput } from '@sluice/contracts/contract';
import { noLimits } from '@sluice/contracts/tokens/token-limits';
import {
  getToken,
  issueToken,
  listTokens,
  recordTokenUse,
  revokeToken,
  rotateToken,
  TokenState,
  tokenChanged,
  tokensHeartbeat,
  updateToken,
  verifyToken,
} from '@sluice/contracts/tokens/tokens';
import { newId } from '@sluice/runtime/ids';
import { hashSecret, isSecret } from '@sluice/runtime/secret-format';
import { mongo } from 'mongoose';
import { TokensConfig } from '../../apps/tokens/src/config/tokens-config';
import { TokensModule } from '../../apps/tokens/src/tokens.module';
import type { TestEngine } from '../support/engine-choice';
import { startMongo } from '../support/mongo';
import { startNats } from '../support/nats';
import { waitFor } from '../support/wait-for';
import { type Caller, startCaller, startService } from './local-service';

describe('the tokens service, two replicas', () => {
  let nats: TestEngine;
  let mongodb: TestEngine;
  let caller: Caller;
  let replicas: NestFastifyApplication[];
  let beats: PayloadOf<typeof tokensHeartbeat>[];
  let changes: PayloadOf<typeof tokenChanged>[];

  beforeAll(async () => {
    [nats, mongodb] = await Promise.all([startNats(), startMongo()]);
    caller = await startCaller(nats.url);
    beats = await caller.listen(tokensHeartbeat);
    changes = await caller.listen(tokenChanged);
    const config = TokensConfig.parse({ NATS_URL: nats.url, MONGO_URL: mongodb.url, LOG_LEVEL: 'silent' });
    replicas = await Promise.all([startService(TokensModule.with(config)), startService(TokensModule.with(config))]);
  });

  afterAll(async () => {
    await caller?.close();
    await Promise.all((replicas ?? []).map((replica) => replica.close()));
    await Promise.all([nats?.stop(), mongodb?.stop()]);
  });

  const issue = (name: string, expiresAt?: string) => caller.services.request(issueToken, { name, expiresAt });
  const verify = (secret: string) => caller.services.request(verifyToken, { secretHash: hashSecret(secret) });
  const fromNow = (ms: number) => new Date(Date.now() + ms).toISOString();

  test('a token is good at once, and the answer knows of its issue', async () => {
    const { token, secret } = await issue('Reporting');
    expect(isSecret(secret, 'slc')).toBe(true);
    expect(token).toMatchObject({ name: 'Reporting', state: 'active', hint: secret.slice(0, 8), expiresAt: null });
    const verdict = await verify(secret);
    expect(verdict).toMatchObject({ id: token.id, remainingMs: null });
    const change = changes.find(({ secretHashes }) => secretHashes.includes(hashSecret(secret)));
    expect(change?.rev).toBeLessThanOrEqual(verdict.asOf);
  });

  test('the database and the bus never see a secret', async () => {
    const spied: string[] = [];
    const connection = await caller.bus.connection();
    connection.subscribe('>', { callback: (_error, message) => void spied.push(message.string()) });
    const { token, secret } = await issue('Spied on');
    await verify(secret);
    await caller.services.request(revokeToken, { tokenId: token.id });
    expect(spied.filter((text) => text.includes(secret))).toHaveLength(1);
    const client = new mongo.MongoClient(mongodb.url);
    const database = client.db('sluice_tokens');
    const stored = await Promise.all(
      (await database.collections()).map(async (collection) => JSON.stringify(await collection.find().toArray())),
    );
    await client.close();
    expect(stored.join()).toContain(hashSecret(secret));
    expect(stored.join()).not.toContain(secret.slice(8));
  });

  test('an unknown secret is refused', async () => {
    await expect(verify('never issued')).rejects.toMatchObject({ code: 'token_unknown' });
  });

  test('a revoked token is refused from the answer on, whichever replica is asked, and gateways hear of it', async () => {
    const { token, secret } = await issue('To be revoked');
    const before = await verify(secret);
    const { token: ended } = await caller.services.request(revokeToken, { tokenId: token.id });
    expect(ended).toMatchObject({ state: 'revoked' });
    for (let i = 0; i < 20; i++) await expect(verify(secret)).rejects.toMatchObject({ code: 'token_revoked' });
    const change = await waitFor('the event', () =>
      changes.find(({ rev, secretHashes }) => secretHashes.includes(hashSecret(secret)) && rev > before.asOf),
    );
    await waitFor('a heartbeat with the number', () => beats.some(({ rev }) => rev >= change.rev));
  });

  test('revoking twice changes nothing', async () => {
    const { token } = await issue('Twice');
    const first = await caller.services.request(revokeToken, { tokenId: token.id });
    const again = await caller.services.request(revokeToken, { tokenId: token.id });
    expect(again.token).toEqual(first.token);
    expect(again.rev).toBeGreaterThanOrEqual(first.rev);
  });

  test('the name of a revoked token is free again, that of a living one is not, whatever its case', async () => {
    const { token } = await issue('Only one');
    await expect(issue('ONLY one')).rejects.toMatchObject({ code: 'name_taken', faults: [{ pointer: '/name' }] });
    await caller.services.request(revokeToken, { tokenId: token.id });
    await expect(issue('Only one')).resolves.toBeDefined();
  });

  test('of many who ask for one name at the same time one gets it', async () => {
    const results = await Promise.allSettled(Array.from({ length: 20 }, () => issue('Contested')));
    const refused = results.flatMap((result) => (result.status === 'rejected' ? [result.reason.code] : []));
    expect(refused).toEqual(Array(19).fill('name_taken'));
  });

  test('an expiry in the past is refused at its place', async () => {
    await expect(issue('Late', fromNow(-1))).rejects.toMatchObject({
      code: 'invalid_request',
      faults: [{ in: 'body', pointer: '/expiresAt', code: 'in_the_past' }],
    });
  });

  test('an expired token is refused as expired; before, its verdict tells how long it still lives', async () => {
    const { token, secret } = await issue('Short', fromNow(700));
    const { remainingMs } = await verify(secret);
    expect(remainingMs).toBeGreaterThan(0);
    expect(remainingMs).toBeLessThanOrEqual(700);
    await waitFor('its expiry', () =>
      verify(secret).then(
        () => false,
        (error) => error.code === 'token_expired',
      ),
    );
    expect(await caller.services.request(getToken, { tokenId: token.id })).toMatchObject({ state: 'expired' });
  });

  test('an update needs the current revision; a null expiry lets the token live on', async () => {
    const { token } = await issue('Renamed', fromNow(60_000));
    const update = (change: { name?: string; expiresAt?: string | null }, revision: number) =>
      caller.services.request(updateToken, { tokenId: token.id, revision, ...change });
    const renamed = await update({ name: 'Anew' }, token.revision);
    expect(renamed).toMatchObject({ name: 'Anew', expiresAt: token.expiresAt });
    await expect(update({ name: 'Late' }, token.revision)).rejects.toMatchObject({ code: 'revision_mismatch' });
    expect(await update({ expiresAt: null }, renamed.revision)).toMatchObject({ name: 'Anew', expiresAt: null });
    const concurrent = await Promise.allSettled([3, 3, 3].map((revision) => update({ name: 'One' }, revision)));
    expect(concurrent.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  const refusal = (secret: string) =>
    verify(secret).then(
      () => 'good',
      (error) => error.code,
    );
  const current = (tokenId: string) => caller.services.request(getToken, { tokenId });

  test('a rotated token has two secrets until the grace of the old one is over', async () => {
    const { token, secret } = await issue('Rotated');
    const rotated = await caller.services.request(rotateToken, { tokenId: token.id, graceSeconds: 1 });
    expect(rotated.secret).not.toBe(secret);
    expect(rotated.token).toMatchObject({ id: token.id, rotation: { hint: secret.slice(0, 8) } });
    expect(await verify(rotated.secret)).toMatchObject({ id: token.id, remainingMs: null });
    const old = await verify(secret);
    expect(old).toMatchObject({ id: token.id });
    expect(old.remainingMs).toBeGreaterThan(0);
    expect(old.remainingMs).toBeLessThanOrEqual(1_000);
    await waitFor('the end of the grace', async () => (await refusal(secret)) !== 'good');
    expect(await refusal(rotated.secret)).toBe('good');
    expect(await current(token.id)).toMatchObject({ rotation: null, state: 'active' });
  });

  test('a second rotation ends the oldest secret at once, one without grace the one before, and gateways hear of both', async () => {
    const { token, secret: first } = await issue('Rotated twice');
    const { secret: second } = await caller.services.request(rotateToken, { tokenId: token.id });
    const { secret: third, rev } = await caller.services.request(rotateToken, { tokenId: token.id });
    expect(await Promise.all([first, second, third].map(refusal))).toEqual(['token_unknown', 'good', 'good']);
    const heard = (hash: string, at: number) =>
      waitFor('the event', () => changes.some((each) => each.rev === at && each.secretHashes.includes(hash)));
    await heard(hashSecret(first), rev);
    const last = await caller.services.request(rotateToken, { tokenId: token.id, graceSeconds: 0 });
    expect(await Promise.all([second, third, last.secret].map(refusal))).toEqual([
      'token_unknown',
      'token_unknown',
      'good',
    ]);
    expect(last.token.rotation).toBeNull();
    await heard(hashSecret(third), last.rev);
    await caller.services.request(revokeToken, { tokenId: token.id });
    const again = caller.services.request(rotateToken, { tokenId: token.id });
    await expect(again).rejects.toMatchObject({ code: 'invalid_request' });
  });

  test('of rotations at one time one hands out a secret for sure, and every secret handed out works', async () => {
    const { token } = await issue('Rotated by many');
    const results = await Promise.allSettled(
      Array.from({ length: 6 }, () => caller.services.request(rotateToken, { tokenId: token.id })),
    );
    const secrets = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value.secret] : []));
    expect(secrets.length).toBeGreaterThan(0);
    const latest = await current(token.id);
    const states = await Promise.all(secrets.map(refusal));
    expect(states.filter((state) => state === 'good').length).toBe(Math.min(2, secrets.length));
    expect(latest.revision).toBe(token.revision + secrets.length);
  });

  test('a disabled token is refused until it is enabled again', async () => {
    const { token, secret } = await issue('Switched');
    const off = await caller.services.request(updateToken, { tokenId: token.id, revision: 1, disabled: true });
    expect(off.state).toBe('disabled');
    expect(await refusal(secret)).toBe('token_disabled');
    const on = await caller.services.request(updateToken, { tokenId: token.id, revision: 2, disabled: false });
    expect(on.state).toBe('active');
    expect(await refusal(secret)).toBe('good');
  });

  test('limits are set one by one, travel with the verdict, and are gone with null', async () => {
    const limits = { requestsPerSecond: 10, burst: 20, allowedAddresses: ['192.0.2.0/24', '2001:db8::/32'] };
    const { token, secret } = await caller.services.request(issueToken, { name: 'Limited', limits });
    expect(token.limits).toEqual({ ...noLimits, ...limits });
    expect((await verify(secret)).limits).toEqual(token.limits);
    const changed = await caller.services.request(updateToken, {
      tokenId: token.id,
      revision: 1,
      limits: { rowsPerDay: 5, burst: null },
    });
    expect(changed.limits).toEqual({ ...token.limits, rowsPerDay: 5, burst: null });
    const free = await caller.services.request(updateToken, { tokenId: token.id, revision: 2, limits: null });
    expect(Object.values(free.limits).every((limit) => limit === null)).toBe(true);
    expect((await verify(secret)).limits).toBeUndefined();
  });

  test('a burst below the rate, or without one, is refused at its place, together with the other faults', async () => {
    for (const limits of [{ burst: 5 }, { requestsPerSecond: 10, burst: 5 }]) {
      const refused = caller.services.request(issueToken, { name: 'Burst', expiresAt: fromNow(-1), limits });
      await expect(refused).rejects.toMatchObject({
        code: 'invalid_request',
        faults: [{ pointer: '/expiresAt' }, { pointer: '/limits/burst' }],
      });
    }
  });

  test('the last use is the latest that any gateway tells, and no change of the token', async () => {
    const { token } = await issue('Used');
    const tell = (usedAt: string) =>
      caller.services.request(recordTokenUse, {
        uses: [
          { tokenId: token.id, usedAt },
          { tokenId: newId('tok'), usedAt },
        ],
      });
    await tell('2026-05-01T10:05:00Z');
    await tell('2026-05-01T10:04:00Z');
    const used = await current(token.id);
    expect(used).toEqual({ ...token, lastUsedAt: '2026-05-01T10:05:00.000Z' });
  });

  test('lists go through all tokens, newest first', async () => {
    const names: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await caller.services.request(listTokens, { limit: 3, cursor });
      names.push(...page.data.map(({ name }) => name));
      cursor = page.page.nextCursor ?? undefined;
    } while (cursor);
    expect(names).toEqual(expect.arrayContaining(['Reporting', 'Only one', 'Contested', 'Short']));
    expect(names.indexOf('Contested')).toBeLessThan(names.indexOf('Reporting'));
    expect(names.at(-1)).toBe('Reporting');
  });

  test('lists have the tokens in a state, of some ids, and with some words', async () => {
    const { token } = await issue('Listed one');
    const find = async (asked: Partial<RequestInput<typeof listTokens>>) =>
      (await caller.services.request(listTokens, { limit: 200, ...asked })).data;
    for (const state of TokenState.options) {
      const found = await find({ state });
      expect(found.filter((each) => each.state !== state)).toEqual([]);
      const all = await find({});
      expect(found.length).toBe(all.filter((each) => each.state === state).length);
    }
    expect(await find({ ids: [token.id, newId('tok')] })).toEqual([token]);
    expect(await find({ q: 'one LISTED' })).toEqual([token]);
    expect((await find({ state: 'active', sort: 'name', q: 'listed' })).map(({ name }) => name)).toEqual([
      'Listed one',
    ]);
  });

  test('a token that does not exist is not found', async () => {
    const tokenId = newId('tok');
    await expect(caller.services.request(getToken, { tokenId })).rejects.toMatchObject({ code: 'token_not_found' });
    await expect(caller.services.request(revokeToken, { tokenId })).rejects.toMatchObject({ code: 'token_not_found' });
  });
});
