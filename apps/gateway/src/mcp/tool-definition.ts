import type { Tool } from '@modelcontextprotocol/server';
import { z } from 'zod';

/** Nothing is changed. */
const READS = { readOnlyHint: true, destructiveHint: false, idempotentHint: true } as const;
/** Rows are added, and take the place of earlier ones where they have key fields; twice where no key names the send. */
const SENDS = { readOnlyHint: false, destructiveHint: true, idempotentHint: false } as const;

interface About {
  name: string;
  title: string;
  description: string;
  sends?: boolean;
}

/** Describes a tool as `tools/list` tells it: what it takes and what it gives as JSON Schema. None reaches beyond this installation. */
export function describeTool({ sends = false, ...about }: About, takes: z.ZodType, gives: z.ZodType): Tool {
  return {
    ...about,
    inputSchema: objectSchema(z.toJSONSchema(takes, { io: 'input' })),
    outputSchema: objectSchema(z.toJSONSchema(gives)),
    annotations: { title: about.title, ...(sends ? SENDS : READS), openWorldHint: false },
  };
}

function objectSchema({ $schema: _, ...schema }: z.core.JSONSchema.JSONSchema): Tool['inputSchema'] {
  return { ...schema, type: 'object' } as Tool['inputSchema'];
}
