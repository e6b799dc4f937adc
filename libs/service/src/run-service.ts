import { ConsoleLogger, type DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { auditContracts } from '@sluice/contracts/audit';
import { NatsTransport } from '@sluice/messaging/nats-transport';
import { loadConfig } from '@sluice/runtime/config';
import { Readiness } from '@sluice/runtime/readiness';
import type { ServiceEnvironment } from '@sluice/runtime/service-environment';
import { stopAtOnce, stopInOrder } from '@sluice/runtime/shutdown';
import { startTracing } from '@sluice/runtime/tracing';
import { Logger } from 'nestjs-pino';
import type { z } from 'zod';
import { serveWaitingHealth } from './waiting-health';

/**
 * Runs one service behind the bus. Health answers from the first moment on, while MongoDB may still be awaited; handlers
 * subscribe last, so that nobody is served by half a service.
 */
export async function runService<Config extends ServiceEnvironment>(
  name: keyof typeof auditContracts,
  schema: z.ZodType<Config>,
  service: { with(config: Config): DynamicModule },
): Promise<void> {
  const config = loadConfig(schema);
  const { HEALTH_PORT: port, HEALTH_HOST: host } = config;
  const started = stopAtOnce();
  await startTracing(name, config);
  const stopWaiting = await serveWaitingHealth(port, host);
  const app = await NestFactory.create<NestFastifyApplication>(service.with(config), new FastifyAdapter(), {
    abortOnError: false,
    logger: new ConsoleLogger({ json: true, logLevels: ['warn', 'error', 'fatal'] }),
  });
  app.useLogger(app.get(Logger));
  let state: string | null = 'starting';
  app.get(Readiness).register('process', () => state);
  started();
  stopInOrder(app, () => {
    state = 'stopping';
  });
  app.connectMicroservice({ strategy: app.get(NatsTransport) }, { inheritAppConfig: true });
  await stopWaiting();
  await app.listen(port, host);
  await app.startAllMicroservices();
  if (state === 'starting') state = null;
}
