import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { tokenChanged, tokensHeartbeat } from '@sluice/contracts/tokens/tokens';
import { Events } from '@sluice/messaging/events';
import { AuditTrail } from '@sluice/storage/audit-trail';
import { ChangeFeed } from '@sluice/storage/change-feed';
import { RevocationLedger } from '@sluice/storage/revocation-ledger';
import type { Connection } from 'mongoose';
import { endingOfLink, endingOfToken } from './endings';
import { LINKS, type LinkDoc } from './link-doc';
import { secretHashesOf, TOKENS, type TokenDoc } from './token-doc';

/** Numbers the changes of tokens and the ends of their links in one row, and tells them to every gateway: both change verdicts. */
@Injectable()
export class TokenChanges implements OnApplicationBootstrap, OnModuleDestroy {
  readonly tokens: ChangeFeed<TokenDoc>;
  readonly links: ChangeFeed<LinkDoc>;

  constructor(@InjectConnection() connection: Connection, events: Events, trail: AuditTrail, ledger: RevocationLedger) {
    const shared = { connection, trail, ledger, counter: TOKENS };
    const tell = (rev: number, secretHashes: string[]) => events.publish(tokenChanged, { rev, secretHashes });
    this.tokens = new ChangeFeed({
      ...shared,
      collection: TOKENS,
      endingOf: endingOfToken,
      announce: (doc, rev) => tell(rev, secretHashesOf(doc)),
      beat: (rev) => events.publish(tokensHeartbeat, { rev }),
    });
    this.links = new ChangeFeed({
      ...shared,
      collection: LINKS,
      endingOf: endingOfLink,
      announce: ({ secretHash }, rev) => tell(rev, [secretHash]),
    });
  }

  /** The number of the last counted change. Read it before the documents that an answer vouches for. */
  current(): Promise<number> {
    return this.tokens.current();
  }

  onApplicationBootstrap(): void {
    this.tokens.start();
    this.links.start();
  }

  async onModuleDestroy(): Promise<void> {
    await Promise.all([this.tokens.stop(), this.links.stop()]);
  }
}
