import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { NatsTransport } from '@sluice/messaging/nats-transport';
import { isTracing } from '@sluice/runtime/tracing';
import { Logger } from 'nestjs-pino';
import { Admission, admitRequests } from './admission/admission';
import { CatalogRequests } from './catalog/catalog-requests';
import { serveCatalog } from './catalog/serve-catalog';
import type { GatewayConfig } from './config/gateway-config';
import { serveConsole } from './console/serve-console';
import { DataRequests } from './data/data-requests';
import { serveData } from './data/serve-data';
import { serveDeltaSharing } from './delta-sharing/serve-delta-sharing';
import { SharingRequests } from './delta-sharing/sharing-requests';
import { serveDocsAssets } from './docs/docs-assets';
import { serveManagementDocs } from './docs/management-docs';
import { GatewayModule } from './gateway.module';
import { followRequests } from './http/ended-requests';
import { logRequest } from './http/request-log';
import { measureRequest } from './http/request-metrics';
import { traceRequests } from './http/request-trace';
import { configureHttpServer, createHttpServer, type EdgeTimeouts, edgeTimeouts } from './http/server';
import { LinkRequests } from './links/link-requests';
import { serveLinks } from './links/serve-links';
import { McpRequests } from './mcp/mcp-requests';
import { serveMcp } from './mcp/serve-mcp';
import { OAuthRequests } from './oauth/oauth-requests';
import { serveOAuth } from './oauth/serve-oauth';
import { ODataRequests } from './odata/odata-requests';
import { serveOData } from './odata/serve-odata';
import { answerOtherOrigins } from './routing/other-origins';
import { Routes } from './routing/route-feed';
import { accountRequests } from './usage/account-requests';
import { LiveRequests } from './usage/live-requests';
import { RequestLogFeed } from './usage/request-log-feed';
import { UsageFeed } from './usage/usage-feed';

/** Makes a gateway with every route and hook of its server, which neither listens nor is on the bus yet. */
export async function createGateway(
  config: GatewayConfig,
  timeouts: EdgeTimeouts = edgeTimeouts,
): Promise<NestFastifyApplication> {
  const adapter = createHttpServer(config.SLUICE_TRUSTED_PROXIES, timeouts);
  const app = await NestFactory.create<NestFastifyApplication>(GatewayModule.with(config), adapter, {
    bodyParser: false,
    bufferLogs: true,
  });
  app.useLogger(app.get(Logger));
  const server = adapter.getInstance();
  if (isTracing()) traceRequests(server);
  const account = accountRequests(app.get(UsageFeed), app.get(RequestLogFeed), app.get(LiveRequests));
  followRequests(server, [logRequest, measureRequest, account]);
  await configureHttpServer(server, config.SLUICE_PUBLIC_URL, timeouts);
  admitRequests(server, app.get(Admission));
  answerOtherOrigins(server, app.get(Routes));
  serveData(server, app.get(DataRequests));
  serveLinks(server, app.get(LinkRequests));
  serveDeltaSharing(server, app.get(SharingRequests));
  serveMcp(server, app.get(McpRequests));
  serveOAuth(server, app.get(OAuthRequests));
  serveOData(server, app.get(ODataRequests));
  serveCatalog(server, app.get(CatalogRequests));
  await serveDocsAssets(server);
  await serveConsole(server);
  serveManagementDocs(app);
  app.connectMicroservice({ strategy: app.get(NatsTransport) }, { inheritAppConfig: false });
  return app;
}
