import { z } from 'zod';
import { contract, event } from '../contract';
import { AdminId, AdminKeyId, SessionId } from '../ids';
import { Role } from './admins';
import { SecretHash } from './secret-hash';

/**
 * The verdict on an admin key or a session: whose it is (null: the installation's own key), what it may
 * do, for how many more milliseconds (null: without end), and the number of the last change that the answer knows of.
 */
export const AdminVerdict = z.object({
  id: z.union([AdminKeyId, SessionId]),
  adminId: AdminId.nullable(),
  name: z.string(),
  role: Role,
  remainingMs: z.number().min(0).nullable(),
  asOf: z.int(),
});
export type AdminVerdict = z.infer<typeof AdminVerdict>;

/** Asked by a gateway once per key and lease, never per request. */
export const verifyAdminKey = contract({
  subject: 'tokens.admin-keys.verify',
  request: z.object({ secretHash: SecretHash }),
  reply: AdminVerdict,
  errors: ['token_unknown', 'token_expired', 'token_revoked'],
  isRead: true,
});

/**
 * As for a key; being asked is also how tokens learns that a session is in use, unless it is `watched` only: an event stream
 * that is left open is no use of it.
 */
export const verifySession = contract({
  subject: 'tokens.sessions.verify',
  request: z.object({ secretHash: SecretHash, watched: z.boolean().default(false) }),
  reply: AdminVerdict,
  errors: ['token_unknown', 'token_expired', 'token_revoked'],
  isRead: true,
});

/** The change numbered `rev` concerns an admin, a key or a session. They are few: every verdict on any of them is void. */
export const adminsChanged = event({
  subject: 'tokens.admins.changed',
  payload: z.object({ rev: z.int() }),
});

/** Every 500 ms from every replica: the number of the last such change, read from MongoDB in the same tick. */
export const adminsHeartbeat = event({
  subject: 'tokens.admins.beat',
  payload: z.object({ rev: z.int() }),
});
