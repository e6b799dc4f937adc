import { Controller, type OnModuleInit } from '@nestjs/common';
import { snapshotAdvanced, snapshotsHeartbeat } from '@sluice/contracts/catalogue/catalogue-events';
import type { PayloadOf } from '@sluice/contracts/contract';
import { Bus } from '@sluice/messaging/bus';
import { Hears } from '@sluice/messaging/handles';
import { Snapshots } from './snapshots';

/** Carries the catalogue's commits and heartbeats into what this gateway knows of snapshots. */
@Controller()
export class SnapshotFeed implements OnModuleInit {
  constructor(
    private readonly snapshots: Snapshots,
    private readonly bus: Bus,
  ) {}

  onModuleInit(): void {
    this.bus.onRestored(() => this.snapshots.suspend());
  }

  @Hears(snapshotAdvanced)
  advanced(snapshot: PayloadOf<typeof snapshotAdvanced>): void {
    this.snapshots.raise(snapshot);
  }

  @Hears(snapshotsHeartbeat)
  beat({ advanced, more }: PayloadOf<typeof snapshotsHeartbeat>): void {
    this.snapshots.beat(advanced, more);
  }
}
