import { z } from 'zod';
import { contract } from '../contract';
import { Fault } from '../fault';
import { FieldName } from '../fields';
import { ApiId, DatasetId } from '../ids';
import { SendRules } from '../send-rules';
import { Snapshot } from '../snapshot';

/** How the body of a send is written. */
export const sendFormats = ['json', 'ndjson', 'csv'] as const;
export const SendFormat = z.enum(sendFormats);
export type SendFormat = z.infer<typeof SendFormat>;

/** At most this many faults are told of one send: a sender that gets all of them wrong needs no more to see it. */
export const MAX_SEND_FAULTS = 100;

/** Names one send, so that it happens once however often it is repeated (draft-ietf-httpapi-idempotency-key-header). */
export const SendKey = z.object({
  key: z.string().min(1).max(255),
  /** Whose key it is: another sender's is another key. Gateways of the release before name none. */
  sender: z.string().min(1).max(64).optional(),
  /** SHA-256 of the body and of what it was sent as, lower-case hex: another body under the same key is another send. */
  bodyHash: z.string().regex(/^[0-9a-f]{64}$/),
});
export type SendKey = z.infer<typeof SendKey>;

export const SendRequest = z.object({
  apiId: ApiId,
  datasetId: DatasetId,
  format: SendFormat,
  /** The fields that the API takes; null is every field. */
  fields: z.array(FieldName).nullable(),
  rules: SendRules,
  /** Keep the valid rows and list the others; without it one bad row refuses all. */
  lenient: z.boolean(),
  /** Only check: nothing is written, and the answer's snapshot is the one that was there. */
  dryRun: z.boolean(),
  idempotency: SendKey.nullable(),
});
export type SendRequest = z.infer<typeof SendRequest>;

/** The result of a send: `snapshot` is the first one that has its rows. */
export const SendResult = z.object({
  accepted: z.int(),
  rejected: z.int(),
  /** The faults of the rejected rows; not all when there are many. */
  faults: z.array(Fault),
  version: z.int(),
  snapshot: Snapshot,
  /** The key was used before, with the same body: nothing was written now, and this is the answer of then. */
  replayed: z.boolean(),
});
export type SendResult = z.infer<typeof SendResult>;

/**
 * Adds the rows in the body (unpacked text of at most 10 MB) to the latest version of a dataset. Answers once they are
 * durable. Sent once: a caller that hears nothing repeats it with the same key or not at all.
 */
export const sendRows = contract({
  subject: 'catalogue.rows.send',
  request: SendRequest,
  requestBytes: true,
  reply: SendResult,
  errors: [
    'dataset_not_found',
    'dataset_empty',
    'invalid_rows',
    'malformed_request',
    'payload_too_large',
    'idempotency_key_reused',
    'idempotency_in_progress',
    'send_limit_reached',
    'storage_full',
  ],
  timeoutMs: 15_000,
});
