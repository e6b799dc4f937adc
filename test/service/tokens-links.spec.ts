import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { endLink, lendToken, listLinks, MAX_LINKS, recordLink } from '@sluice/contracts/tokens/links';
import { issueToken, revokeToken, rotateToken, verifyToken } from '@sluice/contracts/tokens/tokens';
import { newId } from '@sluice/runtime/ids';
import { hashSecret } from '@sluice/runtime/secret-format';
import { mongo } from 'mongoose';
import { TokensConfig } from '../../apps/tokens/src/config/tokens-config';
import { TokensModule } from '../../apps/tokens/src/tokens.module';
import type { TestEngine } from '../support/engine-choice';
import { startMongo } from '../support/mongo';
import { startNats } from '../support/nats';
import { waitFor } from '../support/wait-for';
import { type Caller, startCaller, startService } from './local-service';

const HOUR_MS = 3_600_000;

describe('links to rows, two replicas', () => {
  let nats: TestEngine;
  let mongodb: TestEngine;
  let caller: Caller;
  let client: mongo.MongoClient;
  let replicas: NestFastifyApplication[];

  beforeAll(async () => {
    [nats, mongodb] = await Promise.all([startNats(), startMongo()]);
    caller = await startCaller(nats.url);
    client = await mongo.MongoClient.connect(mongodb.url);
    const config = TokensConfig.parse({ NATS_URL: nats.url, MONGO_URL: mongodb.url, LOG_LEVEL: 'silent' });
    replicas = await Promise.all([startService(TokensModule.with(config)), startService(TokensModule.with(config))]);
  });

  afterAll(async () => {
    await caller?.close();
    await client?.close();
    await Promise.all((replicas ?? []).map((replica) => replica.close()));
    await Promise.all([nats?.stop(), mongodb?.stop()]);
  });

  const apiId = newId('api');
  const terms = (ms = HOUR_MS) => ({
    ...{ apiId, format: 'csv' as const, query: 'city=Rome', latest: true },
    expiresAt: new Date(Date.now() + ms).toISOString(),
  });
  const issue = async (name: string) => {
    const { token, secret } = await caller.services.request(issueToken, { name });
    return { tokenId: token.id, secretHash: hashSecret(secret) };
  };
  const record = (secretHash: string, ms?: number) =>
    caller.services.request(recordLink, { secretHash, link: terms(ms) });
  const end = (tokenId: string, linkId: string) => caller.services.request(endLink, { tokenId, linkId });
  const verify = (secretHash: string) => caller.services.request(verifyToken, { secretHash });
  const listed = async (...tokenIds: string[]) =>
    (await caller.services.request(listLinks, { tokenIds, limit: 200 })).data;
  const stored = () => client.db('sluice_tokens').collection<{ _id: string; expiresAt: Date }>('links');
  /** As many as a secret may have, but for so many, without a request for each. */
  const fill = (secretHash: string, tokenId: string, but: number) =>
    stored().insertMany(
      Array.from({ length: MAX_LINKS - but }, () => ({
        ...{ _id: newId('lnk'), tokenId, secretHash, ...terms(), createdAt: new Date() },
        expiresAt: new Date(Date.now() + HOUR_MS),
      })),
    );

  test('are listed with what they give, who made them and when they end', async () => {
    const { tokenId, secretHash } = await issue('Lister');
    const link = terms();
    const { linkId } = await caller.services.request(recordLink, { secretHash, link });
    expect(await listed(tokenId)).toEqual([
      expect.objectContaining({ id: linkId, tokenId, ...link, madeBy: expect.objectContaining({ kind: 'system' }) }),
    ]);
  });

  test('end one by one: the verdict on their secret says so at once on every replica, and the list has the others', async () => {
    const { tokenId, secretHash } = await issue('Two links');
    const [one, other] = [await record(secretHash), await record(secretHash)];
    const before = await verify(secretHash);
    expect(before.endedLinks).toBeUndefined();
    await end(tokenId, one.linkId);
    for (let turn = 0; turn < 10; turn++) {
      const { endedLinks, asOf } = await verify(secretHash);
      expect(endedLinks).toEqual([one.linkId]);
      expect(asOf).toBeGreaterThan(before.asOf);
    }
    expect((await listed(tokenId)).map(({ id }) => id)).toEqual([other.linkId]);
    await end(tokenId, one.linkId);
    const { tokenId: stranger } = await issue('Somebody else');
    await expect(end(stranger, other.linkId)).rejects.toMatchObject({ code: 'link_not_found' });
    await expect(end(tokenId, newId('lnk'))).rejects.toMatchObject({ code: 'link_not_found' });
  });

  test('are 1,000 of a secret at a time: the next one is refused in words, leaves nothing, and a rotated token has room again', async () => {
    const { tokenId, secretHash } = await issue('Busy');
    await fill(secretHash, tokenId, 1);
    const { linkId } = await record(secretHash);
    const refusal = { code: 'too_many_links', detail: expect.stringMatching(/rotate it, which ends them all/) };
    await expect(record(secretHash)).rejects.toMatchObject(refusal);
    await expect(caller.services.request(lendToken, { tokenId, link: terms() })).rejects.toMatchObject(refusal);
    // One that was ended counts until it would have expired: gateways have to know of it as long.
    await end(tokenId, linkId);
    await expect(record(secretHash)).rejects.toMatchObject(refusal);
    expect(await stored().countDocuments({ tokenId })).toBe(MAX_LINKS);
    const { secret } = await caller.services.request(rotateToken, { tokenId, graceSeconds: 0 });
    const after = await record(hashSecret(secret));
    expect((await listed(tokenId)).map(({ id }) => id)).toEqual([after.linkId]);
  });

  test('are no more than that where many are made at the same time', async () => {
    const { tokenId, secretHash } = await issue('Contested');
    await fill(secretHash, tokenId, 10);
    const made = await Promise.allSettled(Array.from({ length: 30 }, () => record(secretHash)));
    const good = made.filter(({ status }) => status === 'fulfilled').length;
    expect(good).toBeLessThanOrEqual(10);
    expect(await stored().countDocuments({ tokenId })).toBe(MAX_LINKS - 10 + good);
  });

  test('are not listed once they have expired, or their token was revoked, and no token means no link', async () => {
    const { tokenId, secretHash } = await issue('Ending');
    await record(secretHash, 300);
    await waitFor('the end', async () => (await listed(tokenId)).length === 0);
    await record(secretHash);
    expect(await listed(tokenId)).toHaveLength(1);
    await caller.services.request(revokeToken, { tokenId });
    expect(await listed(tokenId)).toEqual([]);
    await expect(record(hashSecret('never issued'))).rejects.toMatchObject({ code: 'token_unknown' });
  });
});
