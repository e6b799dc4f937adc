import type { CallToolResult, Tool } from '@modelcontextprotocol/server';
import type { Verdict } from '@sluice/contracts/tokens/tokens';
import type { FastifyRequest } from 'fastify';
import type { Charge } from '../limits/charge';

/** A call of a tool, by a token that was let in. */
export interface AgentCall {
  request: FastifyRequest;
  verdict: Verdict;
  /** Charges rows to the token, where those are limited. */
  charge: Charge | undefined;
  /** The arguments; numbers in them are `NumberText`. */
  given: unknown;
}

/** What an agent can have done. */
export interface AgentTool {
  definition: Tool;
  call(call: AgentCall): Promise<CallToolResult>;
}
