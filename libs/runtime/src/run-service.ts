import { ConsoleLogger, type DynamicModule, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { CustomStrategy } from '@nestjs/microservices';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Logger } from 'nestjs-pino';
import { Readiness } from './readiness';
import { stopAtOnce, stopInOrder } from './shutdown';
import { serveWaitingHealth } from './waiting-health';

interface ServiceProcess {
  module: Type | DynamicModule;
  /** The private port of health and metrics; 0 takes any free one. */
  healthPort: number;
  healthHost: string;
  /** The bus transport, once the module stands. */
  transport(app: NestFastifyApplication): CustomStrategy['strategy'];
}

/**
 * Runs one service behind the bus. Health answers from the first moment on, while MongoDB may still be awaited; handlers
 * subscribe last, so that nobody is served by half a service.
 */
export async function runService(service: ServiceProcess): Promise<void> {
  const started = stopAtOnce();
  const stopWaiting = await serveWaitingHealth(service.healthPort, service.healthHost);
  const app = await NestFactory.create<NestFastifyApplication>(service.module, new FastifyAdapter(), {
    logger: new ConsoleLogger({ json: true, logLevels: ['warn', 'error', 'fatal'] }),
  });
  app.useLogger(app.get(Logger));
  let state: string | null = 'starting';
  app.get(Readiness).register('process', () => state);
  started();
  stopInOrder(app, () => {
    state = 'stopping';
  });
  app.connectMicroservice({ strategy: service.transport(app) }, { inheritAppConfig: true });
  await stopWaiting();
  await app.listen(service.healthPort, service.healthHost);
  await app.startAllMicroservices();
  if (state === 'starting') state = null;
}
