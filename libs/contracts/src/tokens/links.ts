import { z } from 'zod';
import { contract } from '../contract';
import { Format } from '../formats';
import { ApiId, LinkId, MAX_API_TOKENS, TokenId } from '../ids';
import { searchedPageOf, searchRequest, Timestamp } from '../page';
import { SecretHash } from './secret-hash';

/** The most links that one secret of a token has at a time, ended ones among them until they would have expired. */
export const MAX_LINKS = 1_000;

/** What a link gives, and until when at most. */
const LinkTerms = z.object({
  apiId: ApiId,
  format: Format,
  query: z.string().default('').meta({ description: 'As it was asked for, without the format' }),
  latest: z.boolean().default(false).meta({ description: 'Whether it gives the latest rows, or those of its making' }),
  expiresAt: Timestamp,
});
export type LinkTerms = z.infer<typeof LinkTerms>;

/** A link that is good as long as its token is. Its address is stored nowhere. */
export const LivingLink = LinkTerms.extend({
  id: LinkId,
  tokenId: TokenId,
  madeBy: z
    .object({ id: z.string(), name: z.string(), kind: z.enum(['admin', 'key', 'token', 'system']) })
    .meta({ description: 'The token itself, or who made it in the name of the token' }),
  createdAt: Timestamp,
}).meta({ id: 'LivingLink' });
export type LivingLink = z.infer<typeof LivingLink>;

/** Takes note of a link that a caller with this secret makes. */
export const recordLink = contract({
  subject: 'tokens.links.record',
  request: z.object({ secretHash: SecretHash, link: LinkTerms }),
  reply: z.object({ linkId: LinkId }),
  errors: ['token_unknown', 'too_many_links'],
});

/**
 * Takes note of a link that is made in the name of an active token, and gives the hash of its secret to the gateway, which seals
 * the link with it. It is in the audit log before the answer; the token itself does not change.
 */
export const lendToken = contract({
  subject: 'tokens.tokens.lend',
  request: z.object({ tokenId: TokenId, link: LinkTerms }),
  reply: z.object({ secretHash: SecretHash, linkId: LinkId }),
  errors: ['token_not_found', 'invalid_request', 'too_many_links'],
});

/** Lists the living links of these tokens, of one API where it is named: neither ended, nor expired, nor of a secret that ended. */
export const listLinks = contract({
  subject: 'tokens.links.list',
  isRead: true,
  request: searchRequest([]).extend({ tokenIds: z.array(TokenId).max(MAX_API_TOKENS), apiId: ApiId.optional() }),
  reply: searchedPageOf(LivingLink),
  errors: ['cursor_mismatch'],
});

/** Ends one link for good; ending it again changes nothing. Every gateway refuses it within a second. */
export const endLink = contract({
  subject: 'tokens.links.end',
  request: z.object({ tokenId: TokenId, linkId: LinkId }),
  reply: z.object({}),
  errors: ['link_not_found'],
});
