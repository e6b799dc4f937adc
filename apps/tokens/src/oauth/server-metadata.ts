import { MCP_SCOPE } from '@sluice/contracts/tokens/oauth';

export const METADATA_PATH = '/.well-known/oauth-authorization-server';

/** The members of RFC 8414 section 2, RFC 9207 section 3 and of documents of clients that say something of this server. */
const TOLD = [
  'issuer',
  'authorization_endpoint',
  'token_endpoint',
  'registration_endpoint',
  'revocation_endpoint',
  'jwks_uri',
  'response_types_supported',
  'grant_types_supported',
  'token_endpoint_auth_methods_supported',
  'code_challenge_methods_supported',
  'authorization_response_iss_parameter_supported',
  'client_id_metadata_document_supported',
];

/** Leaves out of the library's metadata what is of OpenID Connect, or answers in ways that our pages' policy forbids. */
export function serverMetadata(all: unknown): Record<string, unknown> {
  const members = Object.entries(all as Record<string, unknown>);
  return {
    ...Object.fromEntries(members.filter(([name]) => TOLD.includes(name))),
    revocation_endpoint_auth_methods_supported: ['none'],
    response_modes_supported: ['query'],
    scopes_supported: [MCP_SCOPE],
  };
}
