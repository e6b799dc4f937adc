import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { tokenChanged, tokensHeartbeat } from '@sluice/contracts/tokens/tokens';
import { Events } from '@sluice/messaging/events';
import { CLOCK, type Clock } from '@sluice/runtime/clock';
import { AuditTrail } from '@sluice/storage/audit-trail';
import { ChangeFeed } from '@sluice/storage/change-feed';
import { RevocationLedger } from '@sluice/storage/revocation-ledger';
import type { Connection } from 'mongoose';
import { AGENTS, type AgentDoc } from './agent-doc';
import { AgentsStore } from './agents.store';
import { endingOfAgent, endingOfLink, endingOfToken } from './endings';
import { LINKS, type LinkDoc } from './link-doc';
import { OAuthRecordsStore } from './oauth-records.store';
import { secretHashesOf, TOKENS, type TokenDoc } from './token-doc';

/** Numbers the changes of tokens and the ends of their links and agents in one row, and tells them to every gateway: all of them change verdicts. */
@Injectable()
export class TokenChanges implements OnApplicationBootstrap, OnModuleDestroy {
  readonly tokens: ChangeFeed<TokenDoc>;
  readonly links: ChangeFeed<LinkDoc>;
  readonly agents: ChangeFeed<AgentDoc>;

  constructor(
    @InjectConnection() connection: Connection,
    events: Events,
    trail: AuditTrail,
    ledger: RevocationLedger,
    private readonly agentsStore: AgentsStore,
    private readonly records: OAuthRecordsStore,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    const shared = { connection, trail, ledger, counter: TOKENS };
    const tell = (rev: number, secretHashes: string[]) => events.publish(tokenChanged, { rev, secretHashes });
    this.tokens = new ChangeFeed({
      ...shared,
      collection: TOKENS,
      endingOf: endingOfToken,
      announce: async (doc, rev) => tell(rev, [...secretHashesOf(doc), ...(await this.agentSecretsOf(doc._id))]),
      beat: (rev) => events.publish(tokensHeartbeat, { rev }),
    });
    this.links = new ChangeFeed({
      ...shared,
      collection: LINKS,
      endingOf: endingOfLink,
      announce: ({ secretHash }, rev) => tell(rev, [secretHash]),
    });
    this.agents = new ChangeFeed({
      ...shared,
      collection: AGENTS,
      endingOf: endingOfAgent,
      // An event names one secret at least: that of the token is asked for once more.
      announce: async ({ _id, secretHash }, rev) => tell(rev, [secretHash, ...(await this.secretsOf([_id]))]),
    });
  }

  /** The number of the last counted change. Read it before the documents that an answer vouches for. */
  current(): Promise<number> {
    return this.tokens.current();
  }

  onApplicationBootstrap(): void {
    this.tokens.start();
    this.links.start();
    this.agents.start();
  }

  async onModuleDestroy(): Promise<void> {
    await Promise.all([this.tokens.stop(), this.links.stop(), this.agents.stop()]);
  }

  /** The secrets whose verdicts are that of the token. One that is issued later finds the token as it is by then. */
  private async agentSecretsOf(tokenId: string): Promise<string[]> {
    return await this.secretsOf(await this.agentsStore.idsOfToken(tokenId, this.now()));
  }

  private secretsOf(agentIds: readonly string[]): Promise<string[]> {
    return this.records.accessTokenHashes(agentIds, this.now());
  }

  private now(): Date {
    return new Date(this.clock.wallMs());
  }
}
