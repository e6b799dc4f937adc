import { type DynamicModule, Global, Module } from '@nestjs/common';
import { CLOCK, systemClock } from './clock';
import { DiskSpace } from './disk-space';
import { HealthController } from './health.controller';
import { Readiness } from './readiness';

interface WatchedDisks {
  SLUICE_DATA_DIR?: string;
  SLUICE_DISK_RESERVE_BYTES: number;
}

/** Health routes, the readiness register that they read, the room on the disks, and the clock. */
@Global()
@Module({
  controllers: [HealthController],
  providers: [Readiness, { provide: CLOCK, useValue: systemClock }],
  exports: [Readiness, CLOCK],
})
export class HealthModule {
  /** Watches the data directory of the embedded default, if the process is part of it, and those given by their names. */
  static with(config: WatchedDisks, directories: Readonly<Record<string, string>> = {}): DynamicModule {
    const { SLUICE_DATA_DIR: data, SLUICE_DISK_RESERVE_BYTES: reserveBytes } = config;
    const watched = { ...(data && { 'data directory': data }), ...directories };
    const useFactory = (readiness: Readiness) => new DiskSpace({ directories: watched, reserveBytes }, readiness);
    return {
      module: HealthModule,
      providers: [{ provide: DiskSpace, useFactory, inject: [Readiness] }],
      exports: [DiskSpace],
    };
  }
}
