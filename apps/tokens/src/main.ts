import { NatsTransport } from '@sluice/messaging/nats-transport';
import { loadConfig } from '@sluice/runtime/config';
import { runService } from '@sluice/runtime/run-service';
import { start } from '@sluice/runtime/shutdown';
import { TokensConfig } from './config/tokens-config';
import { TokensModule } from './tokens.module';

start(async () => {
  const config = loadConfig(TokensConfig);
  await runService({
    module: TokensModule.with(config),
    healthPort: config.HEALTH_PORT,
    healthHost: config.HEALTH_HOST,
    transport: (app) => app.get(NatsTransport),
  });
});
