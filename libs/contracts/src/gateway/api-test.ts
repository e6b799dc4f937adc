import { z } from 'zod';
import { TokenId } from '../ids';

/** The request by which a publisher tries an API. */
export const TestApi = z
  .strictObject({
    query: z.string().max(8_000).default('').meta({ description: 'The query string, without `?`' }),
    body: z
      .union([z.string(), z.array(z.unknown()), z.record(z.string(), z.unknown())])
      .optional()
      .meta({ description: 'For a POST API the rows: as JSON, or as a text of `contentType`' }),
    contentType: z.enum(['application/json', 'application/x-ndjson', 'text/csv']).default('application/json'),
    dryRun: z.boolean().default(true).meta({ description: 'For a POST API: only check the rows, write nothing' }),
    tokenId: TokenId.optional().meta({ description: 'One of the assigned tokens; the first one when absent' }),
  })
  .meta({ id: 'TestApi' });
export type TestApi = z.output<typeof TestApi>;

/** The request as a consumer would send it, with the token's hint instead of its secret, and the answer to it. */
export const TestedApi = z
  .object({
    request: z.object({ method: z.string(), url: z.string(), headers: z.record(z.string(), z.string()) }),
    response: z.object({
      status: z.int(),
      headers: z.record(z.string(), z.string()),
      body: z.string().meta({ description: 'The JSON text as a consumer gets it' }),
      durationMs: z.number(),
    }),
  })
  .meta({ id: 'TestedApi' });
export type TestedApi = z.infer<typeof TestedApi>;
