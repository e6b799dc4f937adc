import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { leaseQuota, type QuotaName, returnQuota } from '@sluice/contracts/tokens/quotas';
import { issueToken, updateToken } from '@sluice/contracts/tokens/tokens';
import { newId } from '@sluice/runtime/ids';
import { TokensConfig } from '../../apps/tokens/src/config/tokens-config';
import { grantOf } from '../../apps/tokens/src/quotas/quota-grant';
import { periodOf } from '../../apps/tokens/src/quotas/quota-period';
import { TokensModule } from '../../apps/tokens/src/tokens.module';
import type { TestEngine } from '../support/engine-choice';
import { startMongo } from '../support/mongo';
import { startNats } from '../support/nats';
import { type Caller, startCaller, startService } from './local-service';

describe('quotas, handed out by two replicas', () => {
  let nats: TestEngine;
  let mongodb: TestEngine;
  let caller: Caller;
  let replicas: NestFastifyApplication[];

  beforeAll(async () => {
    [nats, mongodb] = await Promise.all([startNats(), startMongo()]);
    caller = await startCaller(nats.url);
    const config = TokensConfig.parse({ NATS_URL: nats.url, MONGO_URL: mongodb.url, LOG_LEVEL: 'silent' });
    replicas = await Promise.all([startService(TokensModule.with(config)), startService(TokensModule.with(config))]);
  });

  afterAll(async () => {
    await caller?.close();
    await Promise.all((replicas ?? []).map((replica) => replica.close()));
    await Promise.all([nats?.stop(), mongodb?.stop()]);
  });

  const limited = async (name: string, limits: Partial<Record<QuotaName, number>>) =>
    (await caller.services.request(issueToken, { name, limits })).token;
  const lease = (tokenId: string, amount: number, atLeast = 1, quota: QuotaName = 'requestsPerDay') =>
    caller.services.request(leaseQuota, { tokenId, quota, amount, atLeast });

  test('of one quota all who ask at one time get no more than it has, and the last of it is used', async () => {
    const { id } = await limited('Contested', { requestsPerDay: 500 });
    let total = 0;
    await Promise.all(
      Array.from({ length: 6 }, async () => {
        for (let granted = 1; granted > 0; ) {
          ({ granted } = await lease(id, 40));
          total += granted;
        }
      }),
    );
    expect(total).toBe(500);
  });

  test('what is given back can be used again, but not more than was granted', async () => {
    const { id } = await limited('Given back', { requestsPerDay: 10 });
    const { granted, period } = await lease(id, 10, 10);
    expect(granted).toBe(10);
    expect((await lease(id, 1)).granted).toBe(0);
    const giveBack = (amount: number) =>
      caller.services.request(returnQuota, { tokenId: id, quota: 'requestsPerDay', period, amount });
    await giveBack(4);
    await giveBack(400);
    expect(await lease(id, 100, 4)).toMatchObject({ granted: 4, left: 0 });
  });

  test('a day and a month, requests and rows are counted apart', async () => {
    const { id } = await limited('All', { requestsPerDay: 1, requestsPerMonth: 2, rowsPerDay: 3, rowsPerMonth: 4 });
    const quotas: QuotaName[] = ['requestsPerDay', 'requestsPerMonth', 'rowsPerDay', 'rowsPerMonth'];
    for (const [index, quota] of quotas.entries()) {
      expect(await lease(id, 10, index + 1, quota)).toMatchObject({ granted: index + 1, left: 0 });
      expect(await lease(id, 10, 1, quota)).toMatchObject({ granted: 0, left: 0 });
    }
  });

  test('a limit that is raised or lowered counts from the next grant on, with what was used before', async () => {
    const { id } = await limited('Changed', { requestsPerDay: 5 });
    expect((await lease(id, 5, 5)).granted).toBe(5);
    const change = (requestsPerDay: number, revision: number) =>
      caller.services.request(updateToken, { tokenId: id, revision, limits: { requestsPerDay } });
    await change(8, 1);
    expect(await lease(id, 5, 2)).toMatchObject({ granted: 2, left: 1 });
    await change(3, 2);
    expect(await lease(id, 5)).toMatchObject({ granted: 0, left: 0 });
  });

  test('of a token that does not exist there is none', async () => {
    await expect(lease(newId('tok'), 1)).rejects.toMatchObject({ code: 'token_not_found' });
  });
});

describe('a grant', () => {
  test.each([
    { left: 1_000, amount: 50, atLeast: 1, grant: 50 },
    { left: 100, amount: 50, atLeast: 1, grant: 10 },
    { left: 5, amount: 50, atLeast: 1, grant: 1 },
    { left: 100, amount: 50, atLeast: 30, grant: 30 },
    { left: 20, amount: 50, atLeast: 30, grant: 0 },
    { left: 0, amount: 1, atLeast: 1, grant: 0 },
  ])('of $left left to one who asks for $amount and needs $atLeast is $grant', ({ left, amount, atLeast, grant }) => {
    expect(grantOf(left, amount, atLeast)).toBe(grant);
  });
});

describe('a period', () => {
  test.each([
    { quota: 'requestsPerDay', now: '2026-12-31T23:59:59.999Z', name: '2026-12-31', ends: '2027-01-01T00:00:00.000Z' },
    { quota: 'rowsPerMonth', now: '2026-12-31T23:59:59.999Z', name: '2026-12', ends: '2027-01-01T00:00:00.000Z' },
    { quota: 'rowsPerMonth', now: '2028-02-01T00:00:00.000Z', name: '2028-02', ends: '2028-03-01T00:00:00.000Z' },
  ] as const)('of $quota at $now is $name', ({ quota, now, name, ends }) => {
    const period = periodOf(quota, Date.parse(now));
    expect({ ...period, endsAt: period.endsAt.toISOString() }).toEqual({ name, endsAt: ends });
  });
});
