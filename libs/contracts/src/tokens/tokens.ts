import { z } from 'zod';
import { contract, event } from '../contract';
import { AgentId, ApiId, LinkId, MAX_API_TOKENS, TokenId } from '../ids';
import { Description, DisplayName } from '../names';
import { GivenTime, searchedPageOf, searchRequest, Timestamp } from '../page';
import { Leak } from './leaks';
import { SecretHash } from './secret-hash';
import { TokenLimits, TokenLimitsChange } from './token-limits';

export const TokenState = z.enum(['active', 'disabled', 'expired', 'revoked']);
export type TokenState = z.infer<typeof TokenState>;

/** An access token as publishers see it: never its secret. */
export const Token = z
  .object({
    id: TokenId,
    name: z.string(),
    description: z.string(),
    hint: z.string().meta({ description: 'The first characters of the secret, to recognise it by' }),
    state: TokenState,
    expiresAt: Timestamp.nullable(),
    lastUsedAt: Timestamp.nullable().meta({ description: 'To the minute; known some 30 seconds later' }),
    createdBy: z.string().nullable(),
    createdAt: Timestamp,
    limits: TokenLimits,
    rotation: z
      .object({ hint: z.string(), endsAt: Timestamp })
      .nullable()
      .meta({ description: 'The secret before the last rotation, while it still works' }),
    leak: Leak.nullable()
      .default(null)
      .meta({ description: 'Where a secret of it was found in public, which ended that secret' }),
    revision: z.int(),
  })
  .meta({ id: 'Token' });
export type Token = z.infer<typeof Token>;

export const IssueToken = z
  .strictObject({
    name: DisplayName,
    description: Description.default(''),
    expiresAt: GivenTime.nullish(),
    limits: TokenLimitsChange.nullish(),
  })
  .meta({ id: 'IssueToken' });
export const UpdateToken = z
  .strictObject({
    name: DisplayName.optional(),
    description: Description.optional(),
    expiresAt: GivenTime.nullish(),
    disabled: z.boolean().optional().meta({ description: 'A disabled token is refused until it is enabled again' }),
    limits: TokenLimitsChange.nullish().meta({ description: 'What is absent stays as it is; null is no limit at all' }),
  })
  .meta({ id: 'UpdateToken' });
export const IssuedToken = z
  .object({ token: Token, secret: z.string().meta({ description: 'Shown this once' }) })
  .meta({ id: 'IssuedToken' });

const MAX_GRACE_SECONDS = 30 * 86_400;
const DEFAULT_GRACE_SECONDS = 86_400;
export const RotateToken = z
  .strictObject({
    graceSeconds: z
      .int()
      .min(0)
      .max(MAX_GRACE_SECONDS)
      .default(DEFAULT_GRACE_SECONDS)
      .meta({ description: 'How long the secret before works beside the new one' }),
  })
  .meta({ id: 'RotateToken' });

/** Which gateways have taken up a change, and after how many milliseconds; `missing` had not within 2 s. */
export const Receipt = z
  .object({
    acknowledged: z.array(z.object({ replica: z.string(), ms: z.number() })),
    missing: z.array(z.string()),
    totalMs: z.number(),
  })
  .meta({ id: 'Receipt' });
export type Receipt = z.infer<typeof Receipt>;
export const RotatedToken = IssuedToken.extend({ receipt: Receipt }).meta({ id: 'RotatedToken' });
export const RevokedToken = z.object({ token: Token, receipt: Receipt }).meta({ id: 'RevokedToken' });

/**
 * The verdict on a secret: whose it is, for how many more milliseconds (null: without end), and the
 * number of the last change that the answer knows of.
 */
export const Verdict = z.object({
  id: TokenId,
  remainingMs: z.number().min(0).nullable(),
  asOf: z.int(),
  /** The limits of the token, where it has any. */
  limits: TokenLimits.optional(),
  /** Links of the secret that were ended and have not expired, where there are any. */
  endedLinks: z.array(LinkId).optional(),
  /** Where the secret is one that an agent was given for a while: whose, and to which APIs of the token it is narrowed. */
  agent: z.object({ id: AgentId, apiIds: z.array(ApiId) }).optional(),
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
  isRead: true,
  calledBy: ['gateway', 'registry'],
  request: z.object({ tokenId: TokenId }),
  reply: Token,
  errors: ['token_not_found'],
});

/** Members by which the list of tokens can be sorted, beside the time of creation. */
export const TOKEN_SORTS = ['name', 'expiresAt', 'lastUsedAt'] as const;

export const listTokens = contract({
  subject: 'tokens.tokens.list',
  isRead: true,
  request: searchRequest(TOKEN_SORTS).extend({
    state: TokenState.optional(),
    ids: z.array(TokenId).max(MAX_API_TOKENS).optional(),
  }),
  reply: searchedPageOf(Token),
  errors: ['cursor_mismatch'],
});

export const updateToken = contract({
  subject: 'tokens.tokens.update',
  request: UpdateToken.extend({ tokenId: TokenId, revision: z.int() }),
  reply: Token,
  errors: ['token_not_found', 'name_taken', 'invalid_request', 'revision_mismatch'],
});

/** A new secret under the same token. One that was still in its grace ends at once; `rev` numbers the change. */
export const rotateToken = contract({
  subject: 'tokens.tokens.rotate',
  request: RotateToken.extend({ tokenId: TokenId }),
  reply: IssuedToken.extend({ rev: z.int() }),
  errors: ['token_not_found', 'invalid_request', 'revision_mismatch'],
});

/** Ends a token for good; revoking again changes nothing. A gateway that has applied `rev` refuses the token. */
export const revokeToken = contract({
  subject: 'tokens.tokens.revoke',
  request: z.object({ tokenId: TokenId }),
  reply: z.object({ token: Token, rev: z.int() }),
  errors: ['token_not_found'],
});

/** When tokens were used, told by gateways in batches. */
export const recordTokenUse = contract({
  subject: 'tokens.tokens.record-use',
  request: z.object({ uses: z.array(z.object({ tokenId: TokenId, usedAt: Timestamp })).max(1_000) }),
  reply: z.object({}),
  errors: [],
});

/** Asked by a gateway once per token and lease, never per request. */
export const verifyToken = contract({
  subject: 'tokens.tokens.verify',
  request: z.object({ secretHash: SecretHash }),
  reply: Verdict,
  errors: ['token_unknown', 'token_disabled', 'token_expired', 'token_revoked'],
  isRead: true,
});

/** Snapshots and entity tags were named without a key before: those count for so long after the upgrade. */
export const OLDER_NAMES_MS = 24 * 3_600_000;

/**
 * The key (base64, 32 bytes) that gateways seal cursors and name answers with: the same for every gateway and after a
 * restart, until it is replaced. `others` count too: the ones before for a day, the next one a minute before it seals.
 * `olderNamesMs` is what is left of the day in which names without it count.
 */
export const getCursorKey = contract({
  subject: 'tokens.cursor-keys.get',
  isRead: true,
  request: z.object({}),
  reply: z.object({
    key: z.base64(),
    others: z.array(z.base64()).default([]),
    olderNamesMs: z.int().min(0).default(OLDER_NAMES_MS),
  }),
  errors: [],
});

/** The change numbered `rev` concerns these secrets of one token: verdicts on them that are older are void. */
export const tokenChanged = event({
  subject: 'tokens.tokens.changed',
  payload: z.object({ rev: z.int(), secretHashes: z.array(SecretHash).min(1) }),
});

/** Every 500 ms from every replica: the number of the last change, read from MongoDB in the same tick. */
export const tokensHeartbeat = event({
  subject: 'tokens.replicas.beat',
  payload: z.object({ rev: z.int() }),
});
