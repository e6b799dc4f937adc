import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import {
  issueToken,
  revokeToken,
  rotateToken,
  tokensHeartbeat,
  updateToken,
  verifyToken,
} from '@sluice/contracts/tokens/tokens';
import { Readiness } from '@sluice/runtime/readiness';
import { hashSecret } from '@sluice/runtime/secret-format';
import { mergeWitness } from '@sluice/storage/merge-witness';
import { mongo } from 'mongoose';
import { TokensConfig } from '../../apps/tokens/src/config/tokens-config';
import { TokensModule } from '../../apps/tokens/src/tokens.module';
import { seeds } from '../measure/seeds';
import type { TestEngine } from '../support/engine-choice';
import { startMongo } from '../support/mongo';
import { startNats } from '../support/nats';
import { waitFor } from '../support/wait-for';
import { type Caller, startCaller, startService } from './local-service';

/** A small generator of numbers in [0, 1) that a seed repeats (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

describe('a tokens database that comes back older', () => {
  let nats: TestEngine;
  let mongodb: TestEngine;
  let caller: Caller;
  let client: mongo.MongoClient;
  let directory: string;
  let service: NestFastifyApplication | null = null;

  beforeAll(async () => {
    [nats, mongodb] = await Promise.all([startNats(), startMongo()]);
    caller = await startCaller(nats.url);
    client = await mongo.MongoClient.connect(mongodb.url);
    directory = await mkdtemp(join(tmpdir(), 'sluice-witness-'));
  });
  afterAll(async () => {
    await service?.close();
    await caller?.close();
    await client?.close();
    await Promise.all([nats?.stop(), mongodb?.stop()]);
    await rm(directory, { recursive: true, force: true });
  });

  let fenced = 0;
  const database = () => client.db('sluice_tokens');
  const witness = () => join(directory, 'revocations.jsonl');
  const start = async () => {
    const env = { NATS_URL: nats.url, MONGO_URL: mongodb.url, LOG_LEVEL: 'silent', SLUICE_WITNESS_FILE: witness() };
    service = await startService(TokensModule.with(TokensConfig.parse(env)));
  };
  const stop = async () => {
    await service?.close();
    service = null;
  };
  const clear = async () => {
    for (const collection of await database().collections()) await collection.deleteMany({});
  };
  const dump = async () => {
    const collections = await database().collections();
    return Promise.all(
      collections.map(async (each) => ({ name: each.collectionName, docs: await each.find().toArray() })),
    );
  };
  const putBack = async (dumped: Awaited<ReturnType<typeof dump>>) => {
    await clear();
    for (const { name, docs } of dumped) if (docs.length > 0) await database().collection(name).insertMany(docs);
  };
  const issue = (name: string) => caller.services.request(issueToken, { name });
  const revoke = (tokenId: string) => caller.services.request(revokeToken, { tokenId });
  const verify = (secret: string) => caller.services.request(verifyToken, { secretHash: hashSecret(secret) });
  const isGood = (secret: string) =>
    verify(secret).then(
      () => true,
      () => false,
    );
  const readiness = () => service?.get(Readiness).report().revocations;
  const fresh = async () => {
    await stop();
    await clear();
    await start();
  };

  test('answers nothing with restored_older, says so in its health, and vouches for no verdict', async () => {
    await fresh();
    const { token, secret } = await issue('Ended');
    const backup = await dump();
    await revoke(token.id);
    await stop();
    await putBack(backup);
    const beats = await caller.listen(tokensHeartbeat);
    await start();
    await expect(verify(secret)).rejects.toMatchObject({ code: 'restored_older' });
    await expect(issue('Another')).rejects.toMatchObject({ code: 'restored_older' });
    expect(readiness()).toMatch(/knows 0 revocations, and 1 were made: npm run restore -- --merge-revocations/);
    expect(beats).toEqual([]);
    await stop();
    expect(await mergeWitness(database(), 'tokens', witness(), false)).toEqual({ lost: 1, applied: 1 });
    await start();
    expect(readiness()).toBeNull();
    await expect(verify(secret)).rejects.toMatchObject({ code: 'token_revoked' });
    await waitFor('heartbeats', () => beats.length > 0);
  });

  test('is noticed also while the service runs, and without a witness', async () => {
    await fresh();
    const { token, secret } = await issue('Ended');
    const backup = await dump();
    await revoke(token.id);
    await putBack(backup);
    await waitFor('the fence', () => readiness());
    await expect(verify(secret)).rejects.toMatchObject({ code: 'restored_older' });
  });

  test('lets in what was revoked only once somebody has given it up in words', async () => {
    await fresh();
    const { token, secret } = await issue('Given up');
    const backup = await dump();
    await revoke(token.id);
    await stop();
    await putBack(backup);
    expect(await mergeWitness(database(), 'tokens', witness(), true)).toEqual({ lost: 1, applied: 0 });
    await start();
    expect(readiness()).toBeNull();
    expect(await isGood(secret)).toBe(true);
  });

  test('that is new is not fenced by what an earlier installation left, and revokes where the witness cannot be written', async () => {
    await fresh();
    expect(readiness()).toBeNull();
    const { token, secret } = await issue('Here');
    await rm(witness(), { force: true });
    await rm(directory, { recursive: true });
    await writeFile(directory, 'no folder any more');
    await revoke(token.id);
    expect(await isGood(secret)).toBe(false);
    expect(service?.get(Readiness).degraded().join()).toContain('revocations cannot be written to the witness');
    await rm(directory);
    directory = await mkdtemp(join(tmpdir(), 'sluice-witness-'));
    await stop();
    await start();
    // What was not written before is made up for.
    const backup = (await dump()).map(({ name, docs }) => ({
      name,
      docs: name === 'revocations' ? docs.slice(0, 1) : docs,
    }));
    await stop();
    await putBack(backup);
    await start();
    expect(readiness()).toContain('knows 0 revocations, and 1 were made');
  });

  test.each(Array.from({ length: seeds(200) }, (_, seed) => seed))(
    'accepts no token that was ended after the backup, in any order of events (seed %i)',
    async (seed) => {
      const random = randomFrom(seed);
      const pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(random() * list.length)];
      await fresh();
      const good = new Map<string, { secret: string; revision: number }>();
      const ended: string[] = [];
      let backup = await dump();
      const act = async (step: number) => {
        const id = pick([...good.keys()]);
        const chance = random();
        if (!id || chance < 0.35) {
          const { token, secret } = await issue(`Token ${step}`);
          good.set(token.id, { secret, revision: token.revision });
        } else if (chance < 0.65) {
          await revoke(id);
          ended.push(good.get(id)?.secret ?? '');
          good.delete(id);
        } else if (chance < 0.8) {
          ended.push(good.get(id)?.secret ?? '');
          const { token, secret } = await caller.services.request(rotateToken, { tokenId: id, graceSeconds: 0 });
          good.set(id, { secret, revision: token.revision });
        } else if (chance < 0.9) {
          const revision = good.get(id)?.revision ?? 0;
          await caller.services.request(updateToken, { tokenId: id, revision, disabled: true });
          ended.push(good.get(id)?.secret ?? '');
          good.delete(id);
        } else backup = await dump();
      };
      for (let step = 0; step < 12; step++) await act(step);
      const endedCount = ended.length;
      await stop();
      await putBack(backup);
      await start();
      const isFenced = typeof readiness() === 'string';
      fenced += isFenced ? 1 : 0;
      // Behind the fence nothing is good; without one, the backup lacked nothing.
      for (const secret of ended) expect(await isGood(secret)).toBe(false);
      if (isFenced) {
        for (const { secret } of good.values()) expect(await isGood(secret)).toBe(false);
        await stop();
        await mergeWitness(database(), 'tokens', witness(), false);
        await start();
      }
      expect(readiness()).toBeNull();
      for (const secret of ended) expect(await isGood(secret)).toBe(false);
      // What goes on from there is counted on.
      const { token, secret } = await issue('After');
      await revoke(token.id);
      await stop();
      await start();
      expect({ good: await isGood(secret), fence: readiness(), endedCount }).toEqual({
        good: false,
        fence: null,
        endedCount,
      });
    },
  );

  test('was older in most of these drills', () => {
    expect(fenced).toBeGreaterThan(seeds(200) / 4);
  });
});
