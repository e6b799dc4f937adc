import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { openSettings } from '@sluice/contracts/registry/api-settings';
import { getApi } from '@sluice/contracts/registry/apis';
import { listTokens, verifyToken } from '@sluice/contracts/tokens/tokens';
import type { FormatDoc } from '@sluice/storage/formats';
import { mongo } from 'mongoose';
import { RegistryConfig } from '../../../apps/registry/src/config/registry-config';
import { RegistryModule } from '../../../apps/registry/src/registry.module';
import { TokensConfig } from '../../../apps/tokens/src/config/tokens-config';
import { TokensModule } from '../../../apps/tokens/src/tokens.module';
import type { TestEngine } from '../../support/engine-choice';
import { startMongo } from '../../support/mongo';
import { startNats } from '../../support/nats';
import { waitFor } from '../../support/wait-for';
import { type Caller, startCaller, startService } from '../local-service';
import { startNeighbours } from '../neighbours';
import { first, writeFirstRelease } from './first-release';

describe('data as the first release wrote it, opened by two replicas of today', () => {
  let engines: TestEngine[] = [];
  let running: NestFastifyApplication[] = [];
  let caller: Caller;
  let client: mongo.MongoClient;

  beforeAll(async () => {
    const [nats, mongodb] = await Promise.all([startNats(), startMongo()]);
    engines = [nats, mongodb];
    await writeFirstRelease(mongodb.url);
    client = new mongo.MongoClient(mongodb.url);
    caller = await startCaller(nats.url);
    const env = { NATS_URL: nats.url, MONGO_URL: mongodb.url, LOG_LEVEL: 'silent' };
    const registry = RegistryModule.with(RegistryConfig.parse(env));
    const tokens = TokensModule.with(TokensConfig.parse(env));
    running = await Promise.all([startNeighbours(nats.url), ...[registry, registry, tokens, tokens].map(startService)]);
  });
  afterAll(async () => {
    await caller?.close();
    await client?.close();
    await Promise.all(running.map((app) => app.close()));
    await Promise.all(engines.map((engine) => engine.stop()));
  });

  const formatOf = (service: string) =>
    client.db(`sluice_${service}`).collection<FormatDoc>('format').findOne({ _id: 'format' });

  test('its APIs are served from the first moment, with the settings that they never had', async () => {
    const apis = await Promise.all(first.apiIds.map((apiId) => caller.services.request(getApi, { apiId })));
    for (const api of apis) expect(api).toMatchObject({ active: true, tokenIds: [first.tokenId], ...openSettings });
  });

  test('its tokens are good, and what was revoked stays so', async () => {
    expect(await caller.services.request(verifyToken, { secretHash: first.secretHash })).toMatchObject({
      id: first.tokenId,
    });
    const refused = caller.services.request(verifyToken, { secretHash: first.revokedHash });
    await expect(refused).rejects.toMatchObject({ code: 'token_revoked' });
    const { data } = await caller.services.request(listTokens, {});
    expect(data.map(({ id }) => id)).toContain(first.tokenId);
  });

  test('it is migrated while it is served, and then says which format it has', async () => {
    await waitFor('the migration', async () => (await formatOf('registry'))?.format === 1);
    const apis = client.db('sluice_registry').collection('apis');
    expect(await apis.countDocuments({ settings: { $exists: false } })).toBe(0);
    expect(await formatOf('registry')).toEqual({ _id: 'format', release: '0.1.0', format: 1, needed: 0 });
    expect(await formatOf('tokens')).toMatchObject({ format: 0, needed: 0 });
  });
});
