import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { NatsTransport } from '@sluice/messaging/nats-transport';
import { loadConfig } from '@sluice/runtime/config';
import { serveMetrics } from '@sluice/runtime/metrics-server';
import { Readiness } from '@sluice/runtime/readiness';
import { start, stopInOrder } from '@sluice/runtime/shutdown';
import { Logger } from 'nestjs-pino';
import { GatewayConfig } from './config/gateway-config';
import { serveConsole } from './console/serve-console';
import { DataRequests } from './data/data-requests';
import { serveData } from './data/serve-data';
import { serveDocsAssets } from './docs/docs-assets';
import { serveManagementDocs } from './docs/management-docs';
import { GatewayModule } from './gateway.module';
import { holdReady } from './hold-ready';
import { logRequests } from './http/request-log';
import { configureHttpServer, createHttpServer } from './http/server';
import { shedLoad } from './http/shed-load';
import { answerOtherOrigins } from './routing/other-origins';
import { Routes } from './routing/route-feed';
import { accountRequests } from './usage/account-requests';
import { LiveRequests } from './usage/live-requests';
import { UsageFeed } from './usage/usage-feed';

start(async () => {
  const config = loadConfig(GatewayConfig);
  const adapter = createHttpServer(config.SLUICE_TRUSTED_PROXIES);
  const app = await NestFactory.create<NestFastifyApplication>(GatewayModule.with(config), adapter, {
    bodyParser: false,
    bufferLogs: true,
  });
  app.useLogger(app.get(Logger));
  const readiness = app.get(Readiness);
  if (config.SLUICE_HOLD_READY) holdReady(readiness);
  let stopping = false;
  readiness.register('process', () => (stopping ? 'stopping' : null));
  stopInOrder(app, () => {
    stopping = true;
  });
  const server = adapter.getInstance();
  await configureHttpServer(server, config.SLUICE_PUBLIC_URL);
  shedLoad(server, config.SLUICE_MAX_IN_FLIGHT);
  answerOtherOrigins(server, app.get(Routes));
  logRequests(server);
  accountRequests(server, app.get(UsageFeed), app.get(LiveRequests));
  serveData(server, app.get(DataRequests));
  await serveDocsAssets(server);
  await serveConsole(server);
  serveManagementDocs(app);
  app.connectMicroservice({ strategy: app.get(NatsTransport) }, { inheritAppConfig: false });
  await app.listen(config.PORT, config.HOST);
  await serveMetrics(config.HEALTH_PORT, config.HEALTH_HOST);
  await app.startAllMicroservices();
});
