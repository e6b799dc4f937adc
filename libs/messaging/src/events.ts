import { Injectable, Logger } from '@nestjs/common';
import type { EventContract } from '@sluice/contracts/contract';
import { requestScope } from '@sluice/runtime/request-scope';
import type { z } from 'zod';
import { Bus } from './bus';
import { encodeFrame, MAX_MESSAGE_BYTES } from './frame';
import { releaseHeaders, scopeHeaders } from './headers';

/**
 * Publishes events. Nobody learns whether one arrived: without a connection it is dropped, not queued into the past, and
 * so is one that is too large for a message. What repairs a lost event repairs these too.
 */
@Injectable()
export class Events {
  private readonly logger = new Logger(Events.name);
  private readonly unscoped = releaseHeaders();

  constructor(private readonly bus: Bus) {}

  publish<E extends EventContract>(event: E, payload: z.input<E['payload']>): void {
    const connection = this.bus.connected();
    if (!connection) return;
    const frame = encodeFrame(payload);
    if (frame.length > MAX_MESSAGE_BYTES) {
      this.logger.error(`an event on ${event.subject} is too large: ${frame.length} bytes`);
      return;
    }
    const scope = requestScope.getStore();
    // No caller waits for the work that an event sets off: the request's deadline stays behind.
    connection.publish(event.subject, frame, { headers: scope ? scopeHeaders(scope) : this.unscoped });
  }
}
