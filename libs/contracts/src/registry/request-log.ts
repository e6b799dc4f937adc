import { z } from 'zod';
import { contract } from '../contract';
import { ApiId, DatasetId, RequestId, TokenId } from '../ids';
import { PageRequest, pageOf } from '../page';
import { SeenRequest } from './usage';

/** How long a request stays in the log: a day, in seconds. */
export const REQUEST_KEPT_SECONDS = 24 * 3_600;

/** One data request as the log keeps it: never a query value, an address or a secret. */
export const LoggedRequest = SeenRequest.extend({ requestId: RequestId, datasetId: DatasetId }).meta({
  id: 'LoggedRequest',
});
export type LoggedRequest = z.infer<typeof LoggedRequest>;

export const MAX_TOLD_REQUESTS = 500;

/** Adds requests to the log. Told again, they are there once. */
export const recordRequests = contract({
  subject: 'registry.requests.record',
  request: z.object({ requests: z.array(LoggedRequest).max(MAX_TOLD_REQUESTS) }),
  reply: z.object({}),
  errors: [],
});

export const RequestLogFilter = z.object({
  apiId: ApiId.optional().meta({ description: 'Only requests to this API' }),
  tokenId: TokenId.optional().meta({ description: 'Only requests with this token' }),
  datasetId: DatasetId.optional().meta({ description: 'Only requests to APIs over this dataset' }),
  requestId: RequestId.optional().meta({ description: 'Only this one: `X-Request-Id` of its answer' }),
  outcome: z
    .enum(['success', 'failure', 'client_error', 'server_error'])
    .optional()
    .meta({ description: 'Below 400, 400 and above, 4xx, or 5xx' }),
  code: z
    .string()
    .max(64)
    .regex(/^[a-z0-9_]*$/)
    .optional()
    .meta({ description: 'Only refusals with this code' }),
});
export type RequestLogFilter = z.infer<typeof RequestLogFilter>;

/** Asks for requests of the last 24 hours, newest first. */
export const listRequests = contract({
  subject: 'registry.requests.list',
  isRead: true,
  request: PageRequest.extend({ cursor: RequestId.optional(), filter: RequestLogFilter }),
  reply: pageOf(LoggedRequest),
  errors: [],
  timeoutMs: 10_000,
});
