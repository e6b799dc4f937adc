import { MCP_SCOPE } from '@sluice/contracts/tokens/oauth';
import type { Adapter, AdapterPayload } from 'oidc-provider';
import type { AgentsService } from '../agents/agents.service';

/** Shows agents to the library as grants, which they are: what ends an agent ends its codes and refresh tokens, and the other way round. */
export class GrantsAdapter implements Adapter {
  constructor(private readonly agents: AgentsService) {}

  async find(id: string): Promise<AdapterPayload | undefined> {
    const agent = await this.agents.findGood(id);
    if (!agent) return undefined;
    return {
      jti: id,
      kind: 'Grant',
      accountId: id,
      clientId: agent.client.id,
      resources: { [agent.resource]: MCP_SCOPE },
      iat: Math.floor(agent.createdAt.getTime() / 1_000),
      exp: Math.floor(agent.expiresAt.getTime() / 1_000),
    };
  }

  /** A code or a refresh token was used twice, or the client gives its tokens back. */
  async destroy(id: string): Promise<void> {
    await this.agents.endByItself(id);
  }

  /** Agents are made by whoever answers the question. */
  async upsert(): Promise<void> {}

  async findByUid(): Promise<undefined> {}

  async findByUserCode(): Promise<undefined> {}

  async consume(): Promise<void> {}

  async revokeByGrantId(): Promise<void> {}
}

/** Keeps nothing: who answers proves anew each time who they are, and nobody stays signed in at the authorization server. */
export class NoRecords implements Adapter {
  async find(): Promise<undefined> {}

  async upsert(): Promise<void> {}

  async destroy(): Promise<void> {}

  async findByUid(): Promise<undefined> {}

  async findByUserCode(): Promise<undefined> {}

  async consume(): Promise<void> {}

  async revokeByGrantId(): Promise<void> {}
}
