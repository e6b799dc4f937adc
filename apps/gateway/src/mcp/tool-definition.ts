import type { Tool } from '@modelcontextprotocol/server';
import { z } from 'zod';

/** Nothing is changed, and nothing beyond this installation is reached. */
const READ_ONLY = { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false } as const;

/** Describes a tool that reads, as `tools/list` tells it: what it takes and what it gives as JSON Schema. */
export function describeTool(
  about: { name: string; title: string; description: string },
  takes: z.ZodType,
  gives: z.ZodType,
): Tool {
  return {
    ...about,
    inputSchema: objectSchema(z.toJSONSchema(takes, { io: 'input' })),
    outputSchema: objectSchema(z.toJSONSchema(gives)),
    annotations: { title: about.title, ...READ_ONLY },
  };
}

function objectSchema({ $schema: _, ...schema }: z.core.JSONSchema.JSONSchema): Tool['inputSchema'] {
  return { ...schema, type: 'object' } as Tool['inputSchema'];
}
