import { z } from 'zod';
import { contract } from '../contract';
import { AgentId, ApiId, TokenId } from '../ids';
import { searchedPageOf, searchRequest, Timestamp } from '../page';
import { SecretHash } from './secret-hash';
import { Verdict } from './tokens';

/** The most agents that one token has connected at a time. */
export const MAX_AGENTS = 50;
/** The most APIs that are chosen for one agent. */
export const MAX_AGENT_APIS = 1_000;

/** An application as it tells of itself: nobody has checked its name. */
export const ToldClient = z.object({
  id: z.string(),
  name: z.string().meta({ description: 'As it calls itself' }),
  redirectHost: z
    .string()
    .meta({ description: 'Where its answers go; loopback addresses are programs on the same machine' }),
});
export type ToldClient = z.infer<typeof ToldClient>;

/** An agent that somebody let read APIs in the name of a token, by OAuth. */
export const Agent = z
  .object({
    id: AgentId,
    tokenId: TokenId,
    client: ToldClient,
    apiIds: z.array(ApiId),
    madeBy: z
      .object({ id: z.string(), name: z.string(), kind: z.enum(['admin', 'key', 'token', 'system']) })
      .meta({ description: 'Who allowed it: an admin, or whoever has the token' }),
    createdAt: Timestamp,
    expiresAt: Timestamp,
    lastUsedAt: Timestamp.nullable().meta({ description: 'To the minute' }),
  })
  .meta({ id: 'Agent' });
export type Agent = z.infer<typeof Agent>;

/** Lists the agents of a token that are good as long as it is: neither ended, nor expired, nor of a secret that ended. */
export const listAgents = contract({
  subject: 'tokens.agents.list',
  isRead: true,
  request: searchRequest([]).extend({ tokenId: TokenId }),
  reply: searchedPageOf(Agent),
  errors: ['cursor_mismatch'],
});

/** Ends one agent for good; ending it again changes nothing. Every gateway refuses its secrets within a second. */
export const endAgent = contract({
  subject: 'tokens.agents.end',
  request: z.object({ tokenId: TokenId, agentId: AgentId }),
  reply: z.object({}),
  errors: ['agent_not_found'],
});

/** The verdict on an access token that OAuth issued: that on its parent, narrowed. Data routes never ask for it. */
export const verifyAgent = contract({
  subject: 'tokens.agents.verify',
  request: z.object({ secretHash: SecretHash }),
  reply: Verdict,
  errors: ['token_unknown', 'token_disabled', 'token_expired', 'token_revoked'],
  isRead: true,
});
