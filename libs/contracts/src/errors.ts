/**
 * Every error that leaves the product: code -> HTTP status and title (RFC 9457). Services speak in codes, only the
 * gateway looks the status up. docs/errors.md lists each row and no other; a test holds the two together.
 */
export const errorTable = {
  malformed_request: { status: 400, title: 'The request cannot be read' },
  ambiguous_credentials: { status: 400, title: 'More than one credential was sent' },
  invalid_query: { status: 400, title: 'The query was not understood' },
  cursor_mismatch: { status: 400, title: 'The cursor belongs to another query' },
  token_required: { status: 401, title: 'A valid access token is required' },
  token_unknown: { status: 401, title: 'A valid access token is required' },
  token_disabled: { status: 401, title: 'A valid access token is required' },
  token_expired: { status: 401, title: 'A valid access token is required' },
  token_revoked: { status: 401, title: 'A valid access token is required' },
  admin_key_required: { status: 401, title: 'A valid admin key or session is required' },
  sign_in_failed: { status: 401, title: 'Signing in failed' },
  token_not_assigned: { status: 403, title: 'The token is not assigned to this API' },
  address_not_allowed: { status: 403, title: 'The token may not be used from this address' },
  role_required: { status: 403, title: 'The role does not allow it' },
  cross_site_request: { status: 403, title: 'The request does not come from the console' },
  not_found: { status: 404, title: 'There is nothing at this address' },
  api_not_found: { status: 404, title: 'The API does not exist' },
  dataset_not_found: { status: 404, title: 'The dataset does not exist' },
  version_not_found: { status: 404, title: 'The dataset version does not exist' },
  import_not_found: { status: 404, title: 'The import does not exist' },
  token_not_found: { status: 404, title: 'The access token does not exist' },
  admin_not_found: { status: 404, title: 'The admin does not exist' },
  admin_key_not_found: { status: 404, title: 'The admin key does not exist' },
  domain_not_found: { status: 404, title: 'The domain does not exist' },
  method_not_allowed: { status: 405, title: 'The method is not allowed here' },
  not_acceptable: { status: 406, title: 'No acceptable format is available' },
  request_timeout: { status: 408, title: 'The request took too long to arrive' },
  name_taken: { status: 409, title: 'The name is already taken' },
  path_taken: { status: 409, title: 'The endpoint path is already taken' },
  version_in_use: { status: 409, title: 'The dataset version is in use' },
  dataset_in_use: { status: 409, title: 'The dataset is in use by an API' },
  domain_in_use: { status: 409, title: 'The domain is in use by an API' },
  domain_taken: { status: 409, title: 'The domain already belongs to this installation' },
  admin_key_claimed: { status: 409, title: 'The first admin key has already been claimed' },
  setup_done: { status: 409, title: 'The owner has an account already' },
  admin_not_active: { status: 409, title: 'The account is not active' },
  email_taken: { status: 409, title: 'The email belongs to another admin' },
  last_owner: { status: 409, title: 'The last owner must stay' },
  import_not_waiting: { status: 409, title: 'The import does not wait for a decision' },
  import_finished: { status: 409, title: 'The import has ended already' },
  import_cancelled: { status: 409, title: 'The import was cancelled' },
  no_assigned_token: { status: 409, title: 'No access token is assigned to the API' },
  answer_not_kept: { status: 409, title: 'The request was carried out, and its answer is not kept' },
  idempotency_in_progress: { status: 409, title: 'The same request is still running' },
  setup_link_invalid: { status: 410, title: 'The link is no longer valid' },
  import_expired: { status: 410, title: 'Nobody decided about the import in time' },
  snapshot_gone: { status: 410, title: 'The rows that the cursor was reading are gone' },
  full_read_required: { status: 410, title: 'The changes since that snapshot cannot be told' },
  revision_mismatch: { status: 412, title: 'The resource was changed meanwhile' },
  payload_too_large: { status: 413, title: 'The request body is too large' },
  unsupported_media_type: { status: 415, title: 'The media type is not supported' },
  invalid_request: { status: 422, title: 'The request is not valid' },
  invalid_rows: { status: 422, title: 'The rows are not valid' },
  dataset_empty: { status: 422, title: 'The dataset has no version yet' },
  invalid_file: { status: 422, title: 'The file cannot be imported' },
  idempotency_key_reused: { status: 422, title: 'The idempotency key was used for another request' },
  revision_required: { status: 428, title: 'If-Match with the current revision is required' },
  too_many_failures: { status: 429, title: 'Too many failed attempts' },
  rate_limited: { status: 429, title: 'Too many requests with this token' },
  quota_exceeded: { status: 429, title: 'The quota of the token is used up' },
  headers_too_large: { status: 431, title: 'The header of the request is too large' },
  overloaded: { status: 503, title: 'The service is busy' },
  unavailable: { status: 503, title: 'The service is not available' },
  storage_full: { status: 507, title: 'There is no space left for the data' },
  internal: { status: 500, title: 'The server failed' },
  bad_message: { status: 500, title: 'The server failed' },
  upload_interrupted: { status: 400, title: 'The upload ended before the file was complete' },
  import_interrupted: { status: 503, title: 'The import was interrupted' },
  timeout: { status: 504, title: 'The answer took too long' },
  query_timeout: { status: 504, title: 'The query took too long' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ErrorCode = keyof typeof errorTable;

/** Narrows text from the wire to a code of the table. */
export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(errorTable, code);
}

/** The codes that any call over the bus can fail with, besides those that its contract lists. */
export const transportErrors = [
  'unavailable',
  'timeout',
  'overloaded',
  'payload_too_large',
  'bad_message',
  'internal',
] as const satisfies readonly ErrorCode[];
export type TransportError = (typeof transportErrors)[number];
