import { Controller, Get } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import {
  HealthCheck,
  type HealthCheckResult,
  HealthCheckService,
  type HealthIndicatorResult,
  HealthIndicatorService,
} from '@nestjs/terminus';
import { Readiness } from './readiness';

/** Liveness: the process answers. Readiness: every part of it can serve; 503 with the reasons otherwise. */
@ApiExcludeController()
@Controller('health')
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
    private readonly readiness: Readiness,
  ) {}

  @Get('live')
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  @Get('ready')
  @HealthCheck()
  ready(): Promise<HealthCheckResult> {
    const report = Object.entries(this.readiness.report());
    return this.health.check(
      report.map(
        ([part, reason]) =>
          () =>
            this.indicate(part, reason),
      ),
    );
  }

  private indicate(part: string, reason: string | null): HealthIndicatorResult {
    const indicator = this.indicators.check(part);
    return reason === null ? indicator.up() : indicator.down({ reason });
  }
}
