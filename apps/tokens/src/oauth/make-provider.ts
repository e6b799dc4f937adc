import './url-parse';
import { MCP_SCOPE, resourceOf } from '@sluice/contracts/tokens/oauth';
import { newSecret } from '@sluice/runtime/new-secret';
import type { AdapterFactory, Configuration, Provider as ProviderType } from 'oidc-provider';
import { InvalidTarget } from 'oidc-provider/lib/helpers/errors.js';
import { base, Check } from 'oidc-provider/lib/helpers/interaction_policy/index.js';
import { Provider } from 'oidc-provider/lib/provider.js';
import { AGENT_SECONDS } from '../stores/agent-doc';
import { checkClient, GRANT_TYPES } from './client-rules';
import { renderRefusal } from './refusal-page';
import type { ServerKeys } from './server-keys';
import { METADATA_PATH, serverMetadata } from './server-metadata';

const MINUTE = 60;
const ACCESS_TOKEN_SECONDS = 10 * MINUTE;
const QUESTION_SECONDS = 10 * MINUTE;
/** The page where the question is answered; the gateway sends browsers on to the console. */
const CONSENT_PATH = '/oauth/consent/';

/** What an authorization server is made of. */
export interface ServerParts {
  issuer: string;
  keys: ServerKeys;
  adapter: AdapterFactory;
  fetch: Configuration['fetch'];
  /** Whether one more document of a client may be fetched for the one who asks. */
  mayFetch(): boolean;
  /** Whether the one behind a grant is still there. */
  isGood(agentId: string): Promise<boolean>;
}

/** Makes the authorization server of one issuer: OAuth 2.1 for public clients, with code and PKCE, and nothing else that the library can. */
export function makeProvider({ issuer, keys, adapter, fetch, mayFetch, isGood }: ServerParts): ProviderType {
  const resource = resourceOf(issuer);
  const off = { enabled: false } as const;
  const provider = new Provider(issuer, {
    adapter,
    fetch,
    jwks: { keys: [keys.signing] },
    routes: {
      authorization: '/oauth/authorize',
      token: '/oauth/token',
      registration: '/oauth/register',
      revocation: '/oauth/revoke',
      jwks: '/oauth/jwks',
    },
    cookies: {
      keys: keys.cookies,
      names: { interaction: 'sluice_consent', resume: 'sluice_resume', session: 'sluice_oauth' },
    },
    clientAuthMethods: ['none'],
    clientDefaults: {
      grant_types: [...GRANT_TYPES],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
      id_token_signed_response_alg: 'EdDSA',
    },
    extraClientMetadata: { properties: ['redirect_uris', 'client_name'], validator: checkClient },
    responseTypes: ['code'],
    scopes: [MCP_SCOPE],
    pkce: { required: () => true },
    clientBasedCORS: (_context, origin, client) =>
      (client.redirectUris ?? []).some((uri) => new URL(uri).origin === origin),
    features: {
      devInteractions: off,
      dPoP: off,
      pushedAuthorizationRequests: off,
      rpInitiatedLogout: off,
      userinfo: off,
      revocation: { enabled: true },
      registration: { enabled: true, issueRegistrationAccessToken: false },
      clientIdMetadataDocument: { enabled: true, ack: 'draft-02', allowFetch: mayFetch },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => resource,
        useGrantedResource: () => true,
        getResourceServerInfo: (_context, asked) => {
          if (asked !== resource) throw new InvalidTarget(`the one resource here is ${resource}`);
          return {
            scope: MCP_SCOPE,
            audience: resource,
            accessTokenTTL: ACCESS_TOKEN_SECONDS,
            accessTokenFormat: 'opaque',
          };
        },
      },
    },
    ttl: {
      AccessToken: ACCESS_TOKEN_SECONDS,
      AuthorizationCode: MINUTE,
      Grant: AGENT_SECONDS,
      Interaction: QUESTION_SECONDS,
      Session: QUESTION_SECONDS,
      // A new one does not live longer than the first.
      RefreshToken: ({ oidc }) => oidc.entities.RotatedRefreshToken?.remainingTTL ?? AGENT_SECONDS,
    },
    rotateRefreshToken: true,
    issueRefreshToken: (_context, client) => client.grantTypeAllowed('refresh_token'),
    expiresWithSession: () => false,
    revokeGrantPolicy: () => true,
    interactions: { policy: askEachTime(), url: (_context, { uid }) => `${CONSENT_PATH}${uid}` },
    findAccount: async (_context, agentId) =>
      (await isGood(agentId)) ? { accountId: agentId, claims: () => ({ sub: agentId }) } : undefined,
    renderError: renderRefusal,
  });
  // The gateway tells the host and the scheme of the issuer, never those that a caller wrote.
  provider.proxy = true;
  // Every client is public; one that leaves the method out would be given a secret.
  Object.assign(provider.Client, { needsSecret: () => false });
  Object.assign(provider.AccessToken.prototype, {
    generateTokenId(this: { format: string }) {
      this.format = 'opaque';
      return newSecret('slo');
    },
  });
  provider.use(async (context, next) => {
    await next();
    if (context.path === METADATA_PATH && context.status === 200) context.body = serverMetadata(context.body);
  });
  return provider;
}

/** A client may read again only when somebody says so again. */
function askEachTime() {
  const policy = base();
  const consent = policy.get('consent');
  consent?.checks.clear();
  consent?.checks.add(
    new Check('asked_each_time', 'somebody has to allow it', ({ oidc }) => oidc.result?.consent === undefined),
  );
  return policy;
}
