import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { RegistryConfig } from '../../apps/registry/src/config/registry-config';
import { RegistryModule } from '../../apps/registry/src/registry.module';
import type { TestEngine } from '../support/engine-choice';
import { startMongo } from '../support/mongo';
import { startNats } from '../support/nats';
import { type Caller, startCaller, startService } from './local-service';
import { startNeighbours } from './neighbours';

/**
 * Starts two replicas of registry for the tests of a file or block, with the neighbours that tests give it, and gives one
 * who calls them. `listen` runs before the replicas do, so that it hears all that they tell.
 */
export function useRegistry(
  env: Record<string, string> = {},
  listen: (caller: Caller) => Promise<void> = async () => {},
): Pick<Caller, 'services' | 'events'> {
  let engines: TestEngine[] = [];
  let running: NestFastifyApplication[] = [];
  let caller: Caller;

  beforeAll(async () => {
    const [nats, mongodb] = await Promise.all([startNats(), startMongo()]);
    engines = [nats, mongodb];
    caller = await startCaller(nats.url);
    await listen(caller);
    const urls = { NATS_URL: nats.url, MONGO_URL: mongodb.url, LOG_LEVEL: 'silent' };
    const module = RegistryModule.with(RegistryConfig.parse({ ...urls, ...env }));
    running = await Promise.all([startNeighbours(nats.url), startService(module), startService(module)]);
  });

  afterAll(async () => {
    await caller?.close();
    await Promise.all(running.map((app) => app.close()));
    await Promise.all(engines.map((engine) => engine.stop()));
  });

  return {
    get services() {
      return caller.services;
    },
    get events() {
      return caller.events;
    },
  };
}
