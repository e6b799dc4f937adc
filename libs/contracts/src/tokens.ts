import { z } from 'zod';
import { contract, event } from './contract';
import { DisplayName } from './datasets';
import { AdminId, TokenId } from './ids';
import { PageRequest, pageOf, Timestamp } from './page';

/** SHA-256 of a whole secret, lower-case hex: the only form in which a secret is stored or travels between services. */
export const SecretHash = z.string().regex(/^[0-9a-f]{64}$/);

export const TokenState = z.enum(['active', 'expired', 'revoked']);
export type TokenState = z.infer<typeof TokenState>;

/** An access token as publishers see it: never its secret. */
export const Token = z
  .object({
    id: TokenId,
    name: z.string(),
    hint: z.string().meta({ description: 'The first characters of the secret, to recognise it by' }),
    state: TokenState,
    expiresAt: Timestamp.nullable(),
    createdAt: Timestamp,
    revision: z.int(),
  })
  .meta({ id: 'Token' });
export type Token = z.infer<typeof Token>;

export const IssueToken = z
  .strictObject({ name: DisplayName, expiresAt: Timestamp.nullish() })
  .meta({ id: 'IssueToken' });
export const UpdateToken = z
  .strictObject({ name: DisplayName.optional(), expiresAt: Timestamp.nullish() })
  .meta({ id: 'UpdateToken' });
export const IssuedToken = z
  .object({ token: Token, secret: z.string().meta({ description: 'Shown this once' }) })
  .meta({ id: 'IssuedToken' });

/**
 * What a gateway may believe of a secret: whose it is, for how many more milliseconds (null: without end), and the
 * number of the last change that the answer knows of.
 */
export const Verdict = z.object({
  id: z.union([TokenId, AdminId]),
  remainingMs: z.number().min(0).nullable(),
  asOf: z.int(),
});
export type Verdict = z.infer<typeof Verdict>;

export const issueToken = contract({
  subject: 'tokens.tokens.issue',
  request: IssueToken,
  reply: IssuedToken,
  errors: ['name_taken', 'invalid_request'],
});

export const getToken = contract({
  subject: 'tokens.tokens.get',
  request: z.object({ tokenId: TokenId }),
  reply: Token,
  errors: ['token_not_found'],
});

export const listTokens = contract({
  subject: 'tokens.tokens.list',
  request: PageRequest,
  reply: pageOf(Token),
  errors: [],
});

export const updateToken = contract({
  subject: 'tokens.tokens.update',
  request: UpdateToken.extend({ tokenId: TokenId, revision: z.int() }),
  reply: Token,
  errors: ['token_not_found', 'name_taken', 'invalid_request', 'revision_mismatch'],
});

/** Ends a token for good; revoking again changes nothing. */
export const revokeToken = contract({
  subject: 'tokens.tokens.revoke',
  request: z.object({ tokenId: TokenId }),
  reply: Token,
  errors: ['token_not_found'],
});

/** Asked by a gateway once per token and lease, never per request. */
export const verifyToken = contract({
  subject: 'tokens.tokens.verify',
  request: z.object({ secretHash: SecretHash }),
  reply: Verdict,
  errors: ['token_unknown', 'token_expired', 'token_revoked'],
  attemptMs: 600,
});

export const verifyAdminKey = contract({
  subject: 'tokens.admin-keys.verify',
  request: z.object({ secretHash: SecretHash }),
  reply: Verdict,
  errors: ['token_unknown', 'token_expired', 'token_revoked'],
  attemptMs: 600,
});

/** Makes the installation's first admin key, once for all replicas; only the launcher asks, and prints it. */
export const claimFirstAdminKey = contract({
  subject: 'tokens.admin-keys.claim-first',
  request: z.object({}),
  reply: z.object({ secret: z.string() }),
  errors: ['admin_key_claimed'],
});

/** The key (base64, 32 bytes) that gateways seal cursors with: made once, the same for every gateway and after a restart. */
export const getCursorKey = contract({
  subject: 'tokens.cursor-keys.get',
  request: z.object({}),
  reply: z.object({ key: z.base64() }),
  errors: [],
});

/** The change numbered `rev` concerns one secret: verdicts on it that are older are void. */
export const tokenChanged = event({
  subject: 'tokens.tokens.changed',
  payload: z.object({ rev: z.int(), secretHash: SecretHash }),
});

/** Every 500 ms from every replica: the number of the last change, read from MongoDB in the same tick. */
export const tokensHeartbeat = event({
  subject: 'tokens.replicas.beat',
  payload: z.object({ rev: z.int() }),
});
