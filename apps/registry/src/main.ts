import { NatsTransport } from '@sluice/messaging/nats-transport';
import { loadConfig } from '@sluice/runtime/config';
import { runService } from '@sluice/runtime/run-service';
import { start } from '@sluice/runtime/shutdown';
import { RegistryConfig } from './config/registry-config';
import { RegistryModule } from './registry.module';

start(async () => {
  const config = loadConfig(RegistryConfig);
  await runService({
    module: RegistryModule.with(config),
    healthPort: config.HEALTH_PORT,
    healthHost: config.HEALTH_HOST,
    transport: (app) => app.get(NatsTransport),
  });
});
