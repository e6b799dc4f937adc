import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { getCursorKey, issueToken, listTokens, verifyToken } from '@sluice/contracts/tokens/tokens';
import { newId } from '@sluice/runtime/ids';
import { Readiness } from '@sluice/runtime/readiness';
import { hashSecret } from '@sluice/runtime/secret-format';
import { TokensConfig } from '../../apps/tokens/src/config/tokens-config';
import { TokensModule } from '../../apps/tokens/src/tokens.module';
import type { TestEngine } from '../support/engine-choice';
import { startMongo } from '../support/mongo';
import { startNats } from '../support/nats';
import { waitFor } from '../support/wait-for';
import { type Caller, startCaller, startService } from './local-service';

const CALLERS = 16;
const KILLS = 6;

describe('a service whose MongoDB goes away', () => {
  let nats: TestEngine;
  let mongodb: TestEngine;
  let caller: Caller;
  let app: NestFastifyApplication;

  beforeAll(async () => {
    [nats, mongodb] = await Promise.all([startNats(), startMongo()]);
    caller = await startCaller(nats.url);
    const config = TokensConfig.parse({ NATS_URL: nats.url, MONGO_URL: mongodb.url, LOG_LEVEL: 'silent' });
    app = await startService(TokensModule.with(config));
  });

  afterAll(async () => {
    await caller?.close();
    await app?.close();
    await Promise.all([nats?.stop(), mongodb?.stop()]);
  });

  test('refuses as unavailable within 2 s, says that it is not ready, and works again by itself', async () => {
    const { secret } = await caller.services.request(issueToken, { name: 'Before' });
    const verify = () => caller.services.request(verifyToken, { secretHash: hashSecret(secret) });
    await mongodb.kill();
    for (let i = 0; i < 3; i++) {
      const startMs = performance.now();
      await expect(caller.services.request(listTokens, {})).rejects.toMatchObject({ code: 'unavailable' });
      expect(performance.now() - startMs).toBeLessThan(2_000);
    }
    await expect(caller.services.request(getCursorKey, {})).rejects.toMatchObject({ code: 'unavailable' });
    await waitFor('it to show', () => app.get(Readiness).report().mongodb === 'not connected to MongoDB', 5_000);
    await mongodb.restart();
    const restoredMs = performance.now();
    await waitFor('an answer', verify);
    await waitFor('readiness', () => app.get(Readiness).report().mongodb === null);
    expect(performance.now() - restoredMs).toBeLessThan(5_000);
  });

  test('refuses every write and read as unavailable when it is killed under them, never as a failure of its own', async () => {
    const codes = new Map<string, number>();
    const note = (code: string) => codes.set(code, (codes.get(code) ?? 0) + 1);
    let stop = false;
    const callers = Array.from({ length: CALLERS }, async (_, index) => {
      while (!stop) {
        const { services } = caller;
        const call =
          index % 2 === 0 ? services.request(listTokens, {}) : services.request(issueToken, { name: newId('tok') });
        await call.then(
          () => note('done'),
          (error: { code: string }) => note(error.code),
        );
      }
    });
    for (let kill = 0; kill < KILLS; kill++) {
      const done = codes.get('done') ?? 0;
      await waitFor('calls', () => (codes.get('done') ?? 0) > done + 50);
      await mongodb.kill();
      await mongodb.restart();
    }
    stop = true;
    await Promise.all(callers);
    expect([...codes.keys()].filter((code) => !['done', 'unavailable', 'timeout'].includes(code))).toEqual([]);
  });
});
