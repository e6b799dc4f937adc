import { z } from 'zod';
import { contract } from '../contract';
import { ApiId, TokenId } from '../ids';
import { Timestamp } from '../page';
import { MAX_AGENT_APIS, ToldClient } from './agents';
import { Issuer } from './oauth';
import { SecretHash } from './secret-hash';

/** Which question is meant: its id, and the cookies of the browser that asked it. In any other browser there is no such question. */
const Asked = z.object({ issuer: Issuer, uid: z.string().max(100), cookies: z.string() });

/** A token to read in the name of: by its secret, from a network, or by its id for an admin who may lend it. */
const ChosenToken = z.union([
  z.object({ secretHash: SecretHash, address: z.string() }),
  z.object({ tokenId: TokenId }),
]);
export type ChosenToken = z.infer<typeof ChosenToken>;

/** The question of an application whether it may read: who asks, and until when it can be answered. */
export const Consent = z.object({ client: ToldClient, expiresAt: Timestamp }).meta({ id: 'Consent' });
export type Consent = z.infer<typeof Consent>;

export const getConsent = contract({
  subject: 'tokens.consents.get',
  isRead: true,
  request: Asked,
  reply: Consent,
  errors: ['consent_not_found'],
});

/** Finds the token that somebody offers for an answer. Secrets that are wrong are counted as failed sign-ins are. */
export const offerToken = contract({
  subject: 'tokens.consents.offer',
  request: Asked.extend({ token: ChosenToken }),
  reply: z.object({ tokenId: TokenId, name: z.string() }),
  errors: ['consent_not_found', 'invalid_request', 'too_many_failures'],
});

/** Answers the question once: with a token and the APIs that are chosen, or with no. Gives the address at which the browser goes on. */
export const answerConsent = contract({
  subject: 'tokens.consents.answer',
  request: Asked.extend({
    allow: z.object({ token: ChosenToken, apiIds: z.array(ApiId).min(1).max(MAX_AGENT_APIS) }).nullable(),
  }),
  reply: z.object({ location: z.url() }),
  errors: ['consent_not_found', 'invalid_request', 'too_many_agents', 'too_many_failures'],
});
