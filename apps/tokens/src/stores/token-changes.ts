import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { tokenChanged, tokensHeartbeat } from '@sluice/contracts/tokens/tokens';
import { Events } from '@sluice/messaging/events';
import { AuditTrail } from '@sluice/storage/audit-trail';
import { ChangeFeed } from '@sluice/storage/change-feed';
import { RevocationLedger } from '@sluice/storage/revocation-ledger';
import type { Connection } from 'mongoose';
import { endingOfToken } from './endings';
import { secretHashesOf, TOKENS, type TokenDoc } from './token-doc';

/** Numbers the changes of tokens and tells them to every gateway. */
@Injectable()
export class TokenChanges extends ChangeFeed<TokenDoc> implements OnApplicationBootstrap, OnModuleDestroy {
  constructor(@InjectConnection() connection: Connection, events: Events, trail: AuditTrail, ledger: RevocationLedger) {
    super({
      connection,
      trail,
      ledger,
      endingOf: endingOfToken,
      collection: TOKENS,
      announce: (doc, rev) => events.publish(tokenChanged, { rev, secretHashes: secretHashesOf(doc) }),
      beat: (rev) => events.publish(tokensHeartbeat, { rev }),
    });
  }

  onApplicationBootstrap(): void {
    this.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.stop();
  }
}
