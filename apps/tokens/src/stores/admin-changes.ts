import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { adminsChanged, adminsHeartbeat } from '@sluice/contracts/tokens/admin-verdicts';
import { Events } from '@sluice/messaging/events';
import { AuditTrail } from '@sluice/storage/audit-trail';
import { ChangeFeed } from '@sluice/storage/change-feed';
import { RevocationLedger } from '@sluice/storage/revocation-ledger';
import type { Connection } from 'mongoose';
import { ADMINS, type AdminDoc } from './admin-doc';
import { ADMIN_KEYS, type AdminKeyDoc } from './admin-key-doc';
import { endingOfAdmin, endingOfKey, endingOfSession } from './endings';
import { SESSIONS, type SessionDoc } from './session-doc';

/** Numbers the changes of admins, their keys and their sessions in one row, and tells them to every gateway. */
@Injectable()
export class AdminChanges implements OnApplicationBootstrap, OnModuleDestroy {
  readonly admins: ChangeFeed<AdminDoc>;
  readonly keys: ChangeFeed<AdminKeyDoc>;
  readonly sessions: ChangeFeed<SessionDoc>;

  constructor(@InjectConnection() connection: Connection, events: Events, trail: AuditTrail, ledger: RevocationLedger) {
    const shared = {
      connection,
      trail,
      ledger,
      counter: ADMINS,
      announce: (_doc: unknown, rev: number) => events.publish(adminsChanged, { rev }),
    };
    this.admins = new ChangeFeed({
      ...shared,
      collection: ADMINS,
      endingOf: endingOfAdmin,
      beat: (rev) => events.publish(adminsHeartbeat, { rev }),
    });
    this.keys = new ChangeFeed({ ...shared, collection: ADMIN_KEYS, endingOf: endingOfKey });
    this.sessions = new ChangeFeed({ ...shared, collection: SESSIONS, endingOf: endingOfSession });
  }

  /** The number of the last counted change. Read it before the documents that an answer vouches for. */
  current(): Promise<number> {
    return this.admins.current();
  }

  onApplicationBootstrap(): void {
    for (const feed of this.feeds()) feed.start();
  }

  async onModuleDestroy(): Promise<void> {
    await Promise.all(this.feeds().map((feed) => feed.stop()));
  }

  private feeds() {
    return [this.admins, this.keys, this.sessions];
  }
}
