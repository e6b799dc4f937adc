import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { catalogueHeartbeat, versionPublished } from '@sluice/contracts/catalogue/catalogue-events';
import { Events } from '@sluice/messaging/events';
import { AuditTrail } from '@sluice/storage/audit-trail';
import { ChangeFeed } from '@sluice/storage/change-feed';
import type { Connection } from 'mongoose';
import { DATASETS, type DatasetDoc } from './dataset-doc';

/** Numbers the publications of versions and tells them. */
@Injectable()
export class DatasetChanges extends ChangeFeed<DatasetDoc> implements OnApplicationBootstrap, OnModuleDestroy {
  constructor(@InjectConnection() connection: Connection, events: Events, trail: AuditTrail) {
    super({
      connection,
      trail,
      collection: DATASETS,
      announce: ({ _id, versions }, dataRev) => {
        const latest = versions.at(-1);
        if (latest) events.publish(versionPublished, { datasetId: _id, ...latest, dataRev });
      },
      beat: (rev) => events.publish(catalogueHeartbeat, { rev }),
    });
  }

  onApplicationBootstrap(): void {
    this.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.stop();
  }
}
