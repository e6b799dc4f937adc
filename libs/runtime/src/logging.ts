import { hostname } from 'node:os';
import type { DynamicModule } from '@nestjs/common';
import { LoggerModule } from 'nestjs-pino';
import { type DestinationStream, destination } from 'pino';
import { requestScope } from './request-scope';

/** Names this replica in logs, leases and heartbeats: unique per process. */
export const instanceId = `${hostname()}-${process.pid}`;

const BATCH_CHARS = 8 * 1024;
const FLUSH_MS = 500;

/**
 * Standard output, written in batches: a line costs a request nothing. The batches are gathered here because the
 * destination's own `minLength` measures the whole batch again with every line. The rest is written when the process ends.
 */
function output(): DestinationStream {
  const sink = destination({ dest: 1, sync: false });
  let batch = '';
  const flush = () => {
    if (batch !== '') sink.write(batch);
    batch = '';
  };
  setInterval(flush, FLUSH_MS).unref();
  process.once('exit', () => {
    flush();
    sink.flushSync();
  });
  return {
    write(line) {
      batch += line;
      if (batch.length >= BATCH_CHARS) flush();
    },
  };
}

/**
 * One JSON line per event on standard output, with the id of the request that it belongs to. HTTP requests are not
 * logged from here: the gateway writes its own line from an allow-list of fields, so that no header or query leaks.
 */
export function loggingModule(service: string, level: string): DynamicModule {
  return LoggerModule.forRoot({
    pinoHttp: [
      {
        level,
        base: { service, instance: instanceId },
        timestamp: () => `,"time":"${new Date().toISOString()}"`,
        formatters: { level: (label) => ({ level: label }) },
        mixin: () => {
          const scope = requestScope.getStore();
          return scope ? { requestId: scope.requestId } : {};
        },
        autoLogging: false,
        quietReqLogger: true,
      },
      output(),
    ],
    forRoutes: [],
  });
}
