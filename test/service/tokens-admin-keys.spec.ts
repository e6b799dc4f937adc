import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { verifyAdminKey } from '@sluice/contracts/tokens/admin-verdicts';
import { claimFirstAdminKey } from '@sluice/contracts/tokens/admins';
import { getCursorKey, OLDER_NAMES_MS, verifyToken } from '@sluice/contracts/tokens/tokens';
import { ConfigError, loadConfig } from '@sluice/runtime/config';
import { newSecret } from '@sluice/runtime/new-secret';
import { hashSecret, isSecret } from '@sluice/runtime/secret-format';
import { addInstallationKey } from '@sluice/storage/installation-keys';
import { mongo } from 'mongoose';
import { TokensConfig } from '../../apps/tokens/src/config/tokens-config';
import { TokensModule } from '../../apps/tokens/src/tokens.module';
import type { TestEngine } from '../support/engine-choice';
import { startMongo } from '../support/mongo';
import { startNats } from '../support/nats';
import { waitFor } from '../support/wait-for';
import { type Caller, startCaller, startService } from './local-service';

describe('admin keys and the cursor key', () => {
  let nats: TestEngine;
  let mongodb: TestEngine;
  let caller: Caller;
  let replicas: NestFastifyApplication[];

  const startReplica = (adminKey?: string) =>
    startService(
      TokensModule.with(
        TokensConfig.parse({
          NATS_URL: nats.url,
          MONGO_URL: mongodb.url,
          LOG_LEVEL: 'silent',
          SLUICE_ADMIN_KEY: adminKey,
        }),
      ),
    );
  const claim = () => caller.services.request(claimFirstAdminKey, {});
  const verify = (secret: string) => caller.services.request(verifyAdminKey, { secretHash: hashSecret(secret) });

  beforeEach(async () => {
    [nats, mongodb] = await Promise.all([startNats(), startMongo()]);
    caller = await startCaller(nats.url);
    replicas = [];
  });

  afterEach(async () => {
    await caller?.close();
    await Promise.all(replicas.map((replica) => replica.close()));
    await Promise.all([nats?.stop(), mongodb?.stop()]);
  });

  test('of many claims of the first key over two replicas one gets it, and it works', async () => {
    replicas = await Promise.all([startReplica(), startReplica()]);
    const results = await Promise.allSettled(Array.from({ length: 20 }, claim));
    const secrets = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value.secret] : []));
    const refused = results.flatMap((result) => (result.status === 'rejected' ? [result.reason.code] : []));
    expect(refused).toEqual(Array(19).fill('admin_key_claimed'));
    expect(isSecret(secrets[0] ?? '', 'sla')).toBe(true);
    expect(await verify(secrets[0] ?? '')).toMatchObject({
      id: expect.stringMatching(/^key_/),
      adminId: null,
      name: 'first key',
      role: 'owner',
      remainingMs: null,
    });
  });

  test('an admin key is no access token', async () => {
    replicas = [await startReplica()];
    const { secret } = await claim();
    const verdict = caller.services.request(verifyToken, { secretHash: hashSecret(secret) });
    await expect(verdict).rejects.toMatchObject({ code: 'token_unknown' });
    await expect(verify(newSecret('sla'))).rejects.toMatchObject({ code: 'token_unknown' });
  });

  test('a configured key works, counts as the first, and a later one is added without ending it', async () => {
    const [first, second] = [newSecret('sla'), newSecret('sla')];
    replicas = await Promise.all([startReplica(first), startReplica(first)]);
    await expect(claim()).rejects.toMatchObject({ code: 'admin_key_claimed' });
    const { id } = await verify(first);
    replicas.push(await startReplica(second));
    expect((await verify(first)).id).toBe(id);
    expect((await verify(second)).id).not.toBe(id);
  });

  test('a configured key of the wrong form keeps the service from starting, unprinted', () => {
    const typo = `${newSecret('sla').slice(0, -1)}!`;
    const load = () => loadConfig(TokensConfig, { NATS_URL: 'x', MONGO_URL: 'mongodb://x', SLUICE_ADMIN_KEY: typo });
    expect(load).toThrow(ConfigError);
    expect(load).toThrow(/^invalid configuration: SLUICE_ADMIN_KEY: must be an admin key[^\n]*$/);
    expect(load).not.toThrow(typo.slice(4, 12));
  });

  test('every replica hands out the same cursor key, also after a restart', async () => {
    replicas = await Promise.all([startReplica(), startReplica()]);
    const ask = async () => (await caller.services.request(getCursorKey, {})).key;
    const keys = new Set(await Promise.all(Array.from({ length: 20 }, ask)));
    await Promise.all(replicas.map((replica) => replica.close()));
    replicas = [await startReplica()];
    keys.add(await ask());
    expect([...keys].map((key) => Buffer.from(key, 'base64').length)).toEqual([32]);
  });

  test('every replica tells a new key before it is the one that is used', async () => {
    replicas = await Promise.all([startReplica(), startReplica()]);
    const ask = async () => await caller.services.request(getCursorKey, {});
    const { key, others } = await ask();
    expect(others).toEqual([]);
    const client = new mongo.MongoClient(mongodb.url);
    await addInstallationKey(client.db('sluice_tokens'), new Date(), 'key_2');
    await client.close();
    for (const reply of await Promise.all(Array.from({ length: 10 }, ask))) {
      expect(reply).toMatchObject({ key, others: [expect.stringMatching(/^[A-Za-z0-9+/]{43}=$/)] });
    }
  });

  test('names of the release before count for a day from when a replica of this one first gave the key, and never in a new installation', async () => {
    replicas = await Promise.all([startReplica(), startReplica()]);
    const left = async () => (await caller.services.request(getCursorKey, {})).olderNamesMs;
    expect(await left()).toBe(0);
    const client = new mongo.MongoClient(mongodb.url);
    await client
      .db('sluice_tokens')
      .collection('cursorKeys')
      .updateOne({}, { $unset: { namesSince: '' } });
    await client.close();
    const first = await left();
    expect(first).toBe(OLDER_NAMES_MS);
    await waitFor('time to pass', async () => (await left()) < first);
    await Promise.all(replicas.map((replica) => replica.close()));
    replicas = [await startReplica()];
    expect(await left()).toBeLessThan(first);
  });
});
