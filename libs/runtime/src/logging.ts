import { hostname } from 'node:os';
import type { DynamicModule } from '@nestjs/common';
import { LoggerModule } from 'nestjs-pino';
import { ignoreFullOutputs } from './full-outputs';
import { LogOutput } from './log-output';
import { requestScope } from './request-scope';

/** Names this replica in logs, leases and heartbeats: unique per process. */
export const instanceId = `${hostname()}-${process.pid}`;

/**
 * One JSON line per event on standard output, with the id of the request that it belongs to. HTTP requests are not
 * logged from here: the gateway writes its own line from an allow-list of fields, so that no header or query leaks.
 */
export function loggingModule(service: string, level: string): DynamicModule {
  ignoreFullOutputs();
  return LoggerModule.forRoot({
    pinoHttp: [
      {
        level,
        base: { service, instance: instanceId },
        timestamp: () => `,"time":"${new Date().toISOString()}"`,
        formatters: { level: (label) => ({ level: label }) },
        mixin: () => {
          const scope = requestScope.getStore();
          if (!scope) return {};
          const { requestId, span } = scope;
          return span ? { requestId, traceId: span.traceId } : { requestId };
        },
        autoLogging: false,
        quietReqLogger: true,
      },
      LogOutput.open(1),
    ],
    forRoutes: [],
  });
}
