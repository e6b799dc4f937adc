import { Inject, Injectable } from '@nestjs/common';
import type { ReplyOf, RequestOf } from '@sluice/contracts/contract';
import { endAgent, type listAgents, verifyAgent } from '@sluice/contracts/tokens/agents';
import type { Verdict } from '@sluice/contracts/tokens/tokens';
import { refuse } from '@sluice/messaging/service-error';
import { CLOCK, type Clock } from '@sluice/runtime/clock';
import { AuditTrail } from '@sluice/storage/audit-trail';
import { type AgentDoc, agentOf, agentTermsOf } from '../stores/agent-doc';
import { AgentsStore } from '../stores/agents.store';
import { OAuthRecordsStore } from '../stores/oauth-records.store';
import { TokenChanges } from '../stores/token-changes';
import { livingSecretsOf } from '../stores/token-doc';
import { TokensStore } from '../stores/tokens.store';
import { TokensService } from '../tokens/tokens.service';

/** The rules of agents: what their secrets are good for, and how they end. */
@Injectable()
export class AgentsService {
  constructor(
    private readonly store: AgentsStore,
    private readonly records: OAuthRecordsStore,
    private readonly tokens: TokensService,
    private readonly tokensStore: TokensStore,
    private readonly changes: TokenChanges,
    private readonly trail: AuditTrail,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async list(request: RequestOf<typeof listAgents>): Promise<ReplyOf<typeof listAgents>> {
    const now = this.now();
    const token = await this.tokensStore.find(request.tokenId);
    const { docs, page } = await this.store.living(request, token ? livingSecretsOf(token, now.getTime()) : [], now);
    return { data: docs.map(agentOf), page };
  }

  /** Resolves once the end is durable, counted and announced, also when somebody else began it. */
  async end({ tokenId, agentId }: RequestOf<typeof endAgent>): Promise<ReplyOf<typeof endAgent>> {
    const before = await this.store.find(agentId);
    if (before?.tokenId !== tokenId) throw refuse(endAgent, 'agent_not_found');
    await this.endDoc(before);
    return {};
  }

  /** Ends one where nobody asked for it by its token. */
  async endByItself(agentId: string): Promise<void> {
    const before = await this.store.find(agentId);
    if (before) await this.endDoc(before);
  }

  /** Finds one whose secret is good too, or will be once its token is enabled again: such a one may be refreshed. */
  async findGood(agentId: string): Promise<AgentDoc | null> {
    const now = this.now();
    const agent = await this.store.findGood(agentId, now);
    const token = agent && (await this.tokensStore.find(agent.tokenId));
    return token && livingSecretsOf(token, now.getTime()).includes(agent.secretHash) ? agent : null;
  }

  /**
   * Gives the verdict on the secret that the agent stands on, for as long as the access token is good. The change number is read first, then
   * the agent, then the token: what ends one of them later has a higher number.
   */
  async verify(secretHash: string): Promise<Verdict> {
    const asOf = await this.changes.current();
    const now = this.now();
    const record = await this.records.findByHash('AccessToken', secretHash);
    if (!record) throw refuse(verifyAgent, 'token_unknown');
    const left = record.expiresAt.getTime() - now.getTime();
    if (left <= 0) throw refuse(verifyAgent, 'token_expired');
    const agent = await this.store.findGood(record.agentId ?? '', now);
    if (!agent) throw refuse(verifyAgent, 'token_revoked');
    const { endedLinks: _, remainingMs, ...parent } = await this.tokens.verify(agent.secretHash);
    await this.store.used(agent, now);
    return {
      ...parent,
      asOf,
      remainingMs: Math.min(left, remainingMs ?? left),
      agent: { id: agent._id, apiIds: agent.apiIds },
    };
  }

  private async endDoc(before: AgentDoc): Promise<void> {
    const token = await this.tokensStore.find(before.tokenId);
    const entry = this.trail.entry({
      action: 'token.updated',
      resource: { id: before.tokenId, name: token?.name ?? before.tokenId },
      before: { agent: agentTermsOf(before) },
      after: {},
    });
    const ended = await this.store.end(before._id, this.now(), entry);
    const doc = ended ?? (await this.store.find(before._id));
    if (doc?.pendingRev) await this.changes.agents.commit(doc);
    await this.records.removeOfAgent('RefreshToken', before._id);
  }

  private now(): Date {
    return new Date(this.clock.wallMs());
  }
}
