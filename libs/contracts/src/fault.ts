import { z } from 'zod';

/** One thing wrong with a request, at the place where the caller can mend it (an item of a problem document's `errors`). */
export const Fault = z
  .object({
    in: z.enum(['query', 'body', 'header', 'path', 'file']),
    name: z.string().optional().meta({ description: 'Parameter or header' }),
    pointer: z.string().optional().meta({ description: 'JSON Pointer (RFC 6901) into the body' }),
    line: z.int().optional().meta({ description: 'Line of the file, from 1' }),
    column: z.int().optional().meta({ description: 'Column of the line, from 1' }),
    code: z.string(),
    detail: z.string(),
    hint: z.string().optional(),
    allowed: z.array(z.string()).optional(),
    suggestions: z
      .array(z.string())
      .optional()
      .meta({ description: 'Values that would do in place of the one that was sent' }),
    max: z.number().optional(),
  })
  .meta({ id: 'Fault' });
export type Fault = z.infer<typeof Fault>;

/** RFC 9457 problem document: the body of every error answer. */
export const Problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string().meta({ description: 'The id of the request, as in X-Request-Id' }),
    traceId: z
      .string()
      .optional()
      .meta({ description: 'The trace of the request, where the installation keeps traces' }),
    code: z.string(),
    errors: z.array(Fault).optional(),
    outcome: z
      .enum(['unknown', 'not_executed'])
      .optional()
      .meta({ description: 'Of a request that writes and failed on the way: whether it may have been executed' }),
    'violated-policies': z
      .array(z.string())
      .optional()
      .meta({ description: 'Of a 429: the limits that were reached, by their names in RateLimit-Policy' }),
  })
  .meta({ id: 'Problem' });
export type Problem = z.infer<typeof Problem>;
