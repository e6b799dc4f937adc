import { join } from 'node:path';
import type { Provider } from '@nestjs/common';
import { CLOCK, type Clock } from '@sluice/runtime/clock';
import { DiskSpace } from '@sluice/runtime/disk-space';
import type { CatalogueConfig } from '../config/catalogue-config';
import { Engines } from '../engine/engines';
import { OpenExports } from './open-exports';
import { SpoolDirectory } from './spool-directory';

/** Provides what everything shares that makes files and long answers: the disk for them, and their places. */
export function exportResources(config: CatalogueConfig): Provider[] {
  return [
    {
      provide: SpoolDirectory,
      useFactory: ({ directory }: Engines, disk: DiskSpace) =>
        new SpoolDirectory(join(directory, 'exports'), config.SLUICE_EXPORT_BYTES, () => !disk.hasRoomFor(0)),
      inject: [Engines, DiskSpace],
    },
    {
      provide: OpenExports,
      useFactory: (clock: Clock) =>
        new OpenExports({
          most: config.SLUICE_OPEN_EXPORTS,
          each: Math.ceil(config.SLUICE_OPEN_EXPORTS / 4),
          bytes: config.SLUICE_EXPORT_MEMORY_BYTES / 2,
          monotonicMs: () => clock.monotonicMs(),
        }),
      inject: [CLOCK],
    },
  ];
}
