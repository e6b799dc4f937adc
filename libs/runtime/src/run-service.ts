import type { DynamicModule, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { CustomStrategy } from '@nestjs/microservices';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Logger } from 'nestjs-pino';
import { Readiness } from './readiness';
import { stopInOrder } from './shutdown';

interface ServiceProcess {
  module: Type | DynamicModule;
  /** The private port of health and metrics; 0 takes any free one. */
  healthPort: number;
  healthHost: string;
  /** The bus transport, once the module stands. */
  transport(app: NestFastifyApplication): CustomStrategy['strategy'];
}

/** Runs one service behind the bus: health answers first, then handlers subscribe, so that a late bus shows as "not ready". */
export async function runService(service: ServiceProcess): Promise<void> {
  const app = await NestFactory.create<NestFastifyApplication>(service.module, new FastifyAdapter(), {
    bufferLogs: true,
  });
  app.useLogger(app.get(Logger));
  let stopping = false;
  app.get(Readiness).register('process', () => (stopping ? 'stopping' : null));
  stopInOrder(app, () => {
    stopping = true;
  });
  app.connectMicroservice({ strategy: service.transport(app) });
  await app.listen(service.healthPort, service.healthHost);
  await app.startAllMicroservices();
}
