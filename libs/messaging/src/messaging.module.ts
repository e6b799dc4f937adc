import { type DynamicModule, Global, Module } from '@nestjs/common';
import { Arrivals } from './arrivals';
import { BUS_OPTIONS, Bus, type BusOptions } from './bus';
import { Events } from './events';
import { HedgedRequests } from './hedged-requests';
import { NatsTransport } from './nats-transport';
import { Replies } from './replies';
import { Services } from './services';

/** One connection to the bus per process, and what speaks over it. */
@Global()
@Module({})
export class MessagingModule {
  static forService(options: BusOptions): DynamicModule {
    return {
      module: MessagingModule,
      providers: [
        { provide: BUS_OPTIONS, useValue: options },
        Bus,
        Arrivals,
        Events,
        Replies,
        HedgedRequests,
        Services,
        NatsTransport,
      ],
      exports: [Bus, Arrivals, Events, Services, NatsTransport],
    };
  }
}
