import { z } from 'zod';

/** What agents get of an API besides the tools that are there for all (Model Context Protocol). */
export const AgentRules = z.strictObject({
  tool: z.boolean().meta({ description: 'Whether the API has a tool of its own, beside those for all APIs' }),
  send: z.boolean().meta({ description: 'Whether agents may send rows to it; counts for the method POST' }),
});
export type AgentRules = z.infer<typeof AgentRules>;

/** No tool of its own, and no sends: a publisher has to want those. */
export const closedAgentRules: AgentRules = { tool: false, send: false };
