import { Problem } from '@sluice/contracts/fault';
import type { JsonSchema } from '@sluice/query/describing/describe-controls';
import { z } from 'zod';

/**
 * The schemas of problem documents as components: `Problem` and what it refers to. They are open, since readers of a
 * problem ignore members that they do not know (RFC 9457 section 3.2).
 */
export const problemSchemas: Readonly<Record<string, JsonSchema>> = componentsOf(Problem);

/** Turns a contract that has an id into components that refer to each other. */
function componentsOf(schema: z.ZodType): Record<string, JsonSchema> {
  const { $defs } = z.toJSONSchema(schema, { io: 'input', override: withoutSafeBounds });
  return JSON.parse(JSON.stringify($defs).replaceAll('#/$defs/', '#/components/schemas/'));
}

/** The bounds of exact numbers are no rule of ours, and only hide what is. */
function withoutSafeBounds({ jsonSchema }: { jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  delete jsonSchema.id;
}
