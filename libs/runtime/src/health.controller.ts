import { Controller, Get, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Readiness } from './readiness';

interface Health {
  status: 'ok' | 'not ready';
  /** Every part with the reason that it cannot serve for; null where it can. */
  parts: Record<string, string | null>;
  /** Parts that serve from what they knew before something was lost. */
  degraded: string[];
}

/** Liveness: the process answers. Readiness: every part of it can serve; 503 with the reasons otherwise. */
@ApiExcludeController()
@Controller('health')
export class HealthController {
  constructor(private readonly readiness: Readiness) {}

  @Get('live')
  live(): Pick<Health, 'status'> {
    return { status: 'ok' };
  }

  @Get('ready')
  ready(@Res({ passthrough: true }) reply: FastifyReply): Health {
    const parts = this.readiness.report();
    const ready = Object.values(parts).every((reason) => reason === null);
    if (!ready) reply.status(503).header('retry-after', '1');
    return { status: ready ? 'ok' : 'not ready', parts, degraded: this.readiness.degraded() };
  }
}
