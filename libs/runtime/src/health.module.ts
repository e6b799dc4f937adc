import { Global, Module } from '@nestjs/common';
import { CLOCK, systemClock } from './clock';
import { HealthController } from './health.controller';
import { Readiness } from './readiness';

/** Health routes, the readiness register that they read, and the clock. */
@Global()
@Module({
  controllers: [HealthController],
  providers: [Readiness, { provide: CLOCK, useValue: systemClock }],
  exports: [Readiness, CLOCK],
})
export class HealthModule {}
