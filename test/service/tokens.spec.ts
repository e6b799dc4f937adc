import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { PayloadOf } from '@sluice/contracts/contract';
import {
  getToken,
  issueToken,
  listTokens,
  revokeToken,
  tokenChanged,
  tokensHeartbeat,
  updateToken,
  verifyToken,
} from '@sluice/contracts/tokens';
import { newId } from '@sluice/runtime/ids';
import { hashSecret, isSecret } from '@sluice/runtime/secret-format';
import { mongo } from 'mongoose';
import { TokensConfig } from '../../apps/tokens/src/config';
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
    const change = changes.find(({ secretHash }) => secretHash === hashSecret(secret));
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
    expect(await caller.services.request(revokeToken, { tokenId: token.id })).toMatchObject({ state: 'revoked' });
    for (let i = 0; i < 20; i++) await expect(verify(secret)).rejects.toMatchObject({ code: 'token_revoked' });
    const change = await waitFor('the event', () =>
      changes.find(({ rev, secretHash }) => secretHash === hashSecret(secret) && rev > before.asOf),
    );
    await waitFor('a heartbeat with the number', () => beats.some(({ rev }) => rev >= change.rev));
  });

  test('revoking twice changes nothing', async () => {
    const { token } = await issue('Twice');
    const first = await caller.services.request(revokeToken, { tokenId: token.id });
    expect(await caller.services.request(revokeToken, { tokenId: token.id })).toEqual(first);
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

  test('a token that does not exist is not found', async () => {
    const tokenId = newId('tok');
    await expect(caller.services.request(getToken, { tokenId })).rejects.toMatchObject({ code: 'token_not_found' });
    await expect(caller.services.request(revokeToken, { tokenId })).rejects.toMatchObject({ code: 'token_not_found' });
  });
});
