import { type DynamicModule, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { EventContract, PayloadOf } from '@sluice/contracts/contract';
import { Bus, type BusOptions } from '@sluice/messaging/bus';
import { Events } from '@sluice/messaging/events';
import { decodeFrame } from '@sluice/messaging/frame';
import { MessagingModule } from '@sluice/messaging/messaging.module';
import { NatsTransport } from '@sluice/messaging/nats-transport';
import { Services } from '@sluice/messaging/services';
import { HealthModule } from '@sluice/runtime/health.module';

/** A service as its own process would run it, inside the test's process. */
export async function startService(module: DynamicModule): Promise<NestFastifyApplication> {
  const app = await NestFactory.create<NestFastifyApplication>(module, new FastifyAdapter(), {
    logger: false,
    abortOnError: false,
  });
  app.connectMicroservice({ strategy: app.get(NatsTransport) }, { inheritAppConfig: true });
  await app.init();
  await app.startAllMicroservices().catch(async (error) => {
    await app.close();
    throw error;
  });
  return app;
}

/** A process that only calls services, as a gateway does; `as` whom, where the bus asks for it. */
export interface Caller {
  services: Services;
  events: Events;
  bus: Bus;
  /** Every payload of the event that was published since, growing as they come. */
  listen<E extends EventContract>(event: E): Promise<PayloadOf<E>[]>;
  close(): Promise<void>;
}

@Module({})
class CallerModule {}

export async function startCaller(natsUrl: string, as: Partial<BusOptions> = {}): Promise<Caller> {
  const messaging = MessagingModule.forService({ service: 'test', servers: [natsUrl], ...as });
  const app = await NestFactory.createApplicationContext(
    { module: CallerModule, imports: [HealthModule, messaging] },
    { logger: false, abortOnError: false },
  );
  const connection = await app.get(Bus).connection();
  return {
    services: app.get(Services),
    events: app.get(Events),
    bus: app.get(Bus),
    listen: async <E extends EventContract>(event: E) => {
      const heard: PayloadOf<E>[] = [];
      connection.subscribe(event.subject, {
        callback: (_error, message) => {
          heard.push(event.payload.parse(decodeFrame(message.data)?.head) as PayloadOf<E>);
        },
      });
      await connection.flush();
      return heard;
    },
    close: () => app.close(),
  };
}
