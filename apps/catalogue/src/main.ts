import './engine/thread-pool';
import { NatsTransport } from '@sluice/messaging/nats-transport';
import { loadConfig } from '@sluice/runtime/config';
import { runService } from '@sluice/runtime/run-service';
import { start } from '@sluice/runtime/shutdown';
import { CatalogueModule } from './catalogue.module';
import { CatalogueConfig } from './config/catalogue-config';

start(async () => {
  const config = loadConfig(CatalogueConfig);
  await runService({
    module: CatalogueModule.with(config),
    healthPort: config.HEALTH_PORT,
    healthHost: config.HEALTH_HOST,
    transport: (app) => app.get(NatsTransport),
  });
});
