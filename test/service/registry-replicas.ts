import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { RegistryConfig } from '../../apps/registry/src/config/registry-config';
import { RegistryModule } from '../../apps/registry/src/registry.module';
import { startMongo } from '../support/mongo';
import { startNats } from '../support/nats';
import { type Caller, startCaller, startService } from './local-service';
import { startNeighbours } from './neighbours';

/** Two replicas of registry with the neighbours that a test gives it, and one who calls them. */
export interface RegistryReplicas {
  caller: Caller;
  stop(): Promise<void>;
}

/** Starts them on engines of their own; `listen` runs before the replicas do, so that it hears all that they tell. */
export async function startRegistry(
  env: Record<string, string>,
  listen: (caller: Caller) => Promise<void>,
): Promise<RegistryReplicas> {
  const [nats, mongodb] = await Promise.all([startNats(), startMongo()]);
  const caller = await startCaller(nats.url);
  await listen(caller);
  const engines = { NATS_URL: nats.url, MONGO_URL: mongodb.url, LOG_LEVEL: 'silent' };
  const module = RegistryModule.with(RegistryConfig.parse({ ...engines, ...env }));
  const running: NestFastifyApplication[] = await Promise.all([
    startNeighbours(nats.url),
    startService(module),
    startService(module),
  ]);
  return {
    caller,
    stop: async () => {
      await caller.close();
      await Promise.all(running.map((app) => app.close()));
      await Promise.all([nats.stop(), mongodb.stop()]);
    },
  };
}
