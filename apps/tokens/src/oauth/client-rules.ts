import { MCP_SCOPE } from '@sluice/contracts/tokens/oauth';
import { InvalidClientMetadata } from 'oidc-provider/lib/helpers/errors.js';

const MAX_REDIRECT_URIS = 20;
const MAX_URI_LENGTH = 2_000;
const MAX_NAME_LENGTH = 200;
export const GRANT_TYPES = ['authorization_code', 'refresh_token'] as const;
const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

/** Tells whether an address is that of a program on the same machine (RFC 8252 section 7.3). */
export function isLoopback(redirectUri: string): boolean {
  const { protocol, hostname } = new URL(redirectUri);
  return protocol === 'http:' && LOOPBACK.includes(hostname);
}

/**
 * Holds what a client tells of itself to our rules, whether it registers or has a document: addresses to redirect to are
 * https or loopback, and few. What there is no choice of is not asked for (RFC 7591 section 3.2.1): the scope, the ways to be granted something,
 * and `application_type`, since as `native` the port of loopback addresses is free, and all else is exact.
 */
export function checkClient(_context: unknown, member: string, value: unknown, metadata: object): void {
  if (member === 'client_name' && typeof value === 'string' && value.length > MAX_NAME_LENGTH)
    throw new InvalidClientMetadata(`client_name has at most ${MAX_NAME_LENGTH} characters`);
  if (member !== 'redirect_uris') return;
  Object.assign(metadata, { application_type: 'native', scope: MCP_SCOPE, grant_types: [...GRANT_TYPES] });
  if (!Array.isArray(value) || value.length === 0 || value.length > MAX_REDIRECT_URIS)
    throw new InvalidClientMetadata(`redirect_uris must be a list of 1 to ${MAX_REDIRECT_URIS}`);
  for (const each of value) if (!mayRedirectTo(each)) throw new InvalidClientMetadata(REFUSED);
}

const REFUSED =
  'redirect_uris must be https, or http of localhost, 127.0.0.1 or [::1], without a user, a fragment or a wildcard';

function mayRedirectTo(uri: unknown): boolean {
  if (typeof uri !== 'string' || uri.length > MAX_URI_LENGTH || !URL.canParse(uri) || uri.includes('*')) return false;
  const { protocol, username, password, hash } = new URL(uri);
  if (username || password || hash || uri.includes('#')) return false;
  return (protocol === 'https:' && !LOOPBACK.includes(new URL(uri).hostname)) || isLoopback(uri);
}
