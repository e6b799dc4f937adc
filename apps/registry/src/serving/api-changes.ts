import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { registryHeartbeat, routeChanged } from '@sluice/contracts/registry/routes';
import { Events } from '@sluice/messaging/events';
import { AuditTrail } from '@sluice/storage/audit-trail';
import { ChangeFeed } from '@sluice/storage/change-feed';
import type { Ending } from '@sluice/storage/revocation-entry';
import { RevocationLedger } from '@sluice/storage/revocation-ledger';
import type { Connection } from 'mongoose';
import { APIS, type ApiDoc } from '../stores/api-doc';
import { ApisStore } from '../stores/apis.store';
import { RemovedApiStore } from '../stores/removed-api.store';
import { routeOf } from './api-view';

/** Numbers the changes of APIs and tells them to every gateway. */
@Injectable()
export class ApiChanges extends ChangeFeed<ApiDoc> implements OnApplicationBootstrap, OnModuleDestroy {
  constructor(
    @InjectConnection() connection: Connection,
    private readonly store: ApisStore,
    private readonly removed: RemovedApiStore,
    private readonly events: Events,
    private readonly trail: AuditTrail,
    ledger: RevocationLedger,
  ) {
    super({
      connection,
      trail,
      ledger,
      endingOf: endingOfApi,
      collection: APIS,
      announce: (doc, rev) => this.announce(doc._id, rev),
      beat: (rev) => events.publish(registryHeartbeat, { rev }),
    });
  }

  onApplicationBootstrap(): void {
    this.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.stop();
  }

  /**
   * Reads the API anew once it has the number: of two changes at the same time, the higher number then never carries
   * the older state. What is marked as deleted goes for good here, once its entries are in the audit log, so that a sweep
   * after a crash removes it too.
   */
  private async announce(apiId: string, rev: number): Promise<void> {
    const doc = await this.store.findAny(apiId);
    this.events.publish(routeChanged, { rev, apiId, route: doc && routeOf(doc) });
    if (!doc?.deletedAt) return;
    await this.trail.settle(APIS, doc);
    await this.removed.add(apiId, rev);
    await this.store.remove(apiId);
  }
}

/** An API lets in no token but those that it names, and none while it is off or gone; what was listed is told to nobody any more. */
function endingOfApi({ active, listed, tokenIds, deletedAt }: ApiDoc): Ending {
  const isOff = !active || deletedAt !== null;
  const isWithdrawn = listed === false;
  const set = { ...(isOff && { active: false }), ...(isWithdrawn && { listed: false }) };
  return { keep: { tokenIds: deletedAt ? [] : tokenIds }, ...((isOff || isWithdrawn) && { set }) };
}
