import { Injectable } from '@nestjs/common';
import type { EventContract } from '@sluice/contracts/contract';
import { requestScope } from '@sluice/runtime/request-scope';
import type { z } from 'zod';
import { Bus } from './bus';
import { encodeFrame } from './frame';
import { scopeHeaders } from './headers';

/** Publishes events. Nobody learns whether one arrived: without a connection it is dropped, not queued into the past. */
@Injectable()
export class Events {
  constructor(private readonly bus: Bus) {}

  publish<E extends EventContract>(event: E, payload: z.input<E['payload']>): void {
    const connection = this.bus.connected();
    if (!connection) return;
    const scope = requestScope.getStore();
    connection.publish(event.subject, encodeFrame(payload), scope && { headers: scopeHeaders(scope) });
  }
}
