import type { Agent, ToldClient } from '@sluice/contracts/tokens/agents';
import { type Audited, auditedMembers, PENDING_AUDIT_INDEX } from '@sluice/storage/audit-entry';
import type { Changing } from '@sluice/storage/change-feed';
import { Schema } from 'mongoose';

/**
 * An agent that was allowed to read in the name of a token, as stored: the grant of OAuth. It is as good as the secret that it stands on,
 * and no longer than until it expires or is ended.
 */
export interface AgentDoc extends Audited, Changing {
  tokenId: string;
  /** Of the token's secret when it was allowed. */
  secretHash: string;
  client: ToldClient;
  /** The resource that its access tokens are for (RFC 8707). */
  resource: string;
  apiIds: string[];
  madeBy: Agent['madeBy'];
  createdAt: Date;
  expiresAt: Date;
  lastUsedAt?: Date;
  /** Absent while it is good. */
  endedAt?: Date;
}

export const AGENTS = 'agents';
/** How long an agent may refresh before somebody is asked again. */
export const AGENT_SECONDS = 30 * 24 * 3_600;

export const agentSchema = new Schema<AgentDoc>(
  {
    _id: String,
    tokenId: String,
    secretHash: String,
    client: Schema.Types.Mixed,
    resource: String,
    apiIds: [String],
    madeBy: Schema.Types.Mixed,
    createdAt: Date,
    expiresAt: Date,
    lastUsedAt: Date,
    endedAt: Date,
    pendingRev: String,
    ...auditedMembers,
  },
  { collection: AGENTS, versionKey: false, autoIndex: false },
)
  .index({ tokenId: 1, _id: -1 })
  .index({ expiresAt: 1 })
  .index({ pendingRev: 1 }, { sparse: true })
  .index(PENDING_AUDIT_INDEX, { sparse: true });

/** What an agent may do, as the audit log has it. */
export function agentTermsOf({ _id, client, apiIds, expiresAt }: AgentDoc) {
  return { id: _id, client, apiIds, expiresAt: expiresAt.toISOString() };
}

/** The agent as publishers see it. */
export function agentOf(doc: AgentDoc): Agent {
  const { tokenId, madeBy, createdAt, lastUsedAt } = doc;
  return {
    ...agentTermsOf(doc),
    tokenId,
    madeBy,
    createdAt: createdAt.toISOString(),
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
  };
}
