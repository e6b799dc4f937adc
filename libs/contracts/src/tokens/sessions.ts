import { z } from 'zod';
import { contract } from '../contract';
import { AdminId, SessionId } from '../ids';
import { DisplayName } from '../names';
import { Timestamp } from '../page';
import { Admin, Email, Password, Role } from './admins';
import { SecretHash } from './secret-hash';

/** Any text that may be tried as a password: one that breaks today's rules must still be compared. */
const TriedPassword = z.string().min(1).max(1_024);

/** By email and password, or by an admin key where no account exists. */
export const SignIn = z
  .strictObject({
    email: z.string().max(254).optional(),
    password: TriedPassword.optional(),
    adminKey: z.string().max(256).optional(),
  })
  .superRefine(({ email, password, adminKey }, context) => {
    const fault = (name: string, message: string) => context.addIssue({ code: 'custom', path: [name], message });
    for (const [name, value] of Object.entries({ email, password })) {
      if (adminKey === undefined && value === undefined) fault(name, 'required, unless an adminKey is sent');
      if (adminKey !== undefined && value !== undefined) fault(name, 'not together with an adminKey');
    }
  })
  .meta({ id: 'SignIn' });

/** A session: its account, and when it ends, without any request and at the latest. An installation's own key has no account. */
export const Session = z
  .object({
    admin: z.object({ id: AdminId.nullable(), name: z.string(), email: z.string().nullable(), role: Role }),
    idleExpiresAt: Timestamp,
    expiresAt: Timestamp,
  })
  .meta({ id: 'Session' });
export type Session = z.infer<typeof Session>;

/** Whether the installation still waits for its owner's account. */
export const SetupState = z.object({ needed: z.boolean() }).meta({ id: 'SetupState' });

/** Takes a one-time link: the owner's, or an invitation, whose email is the invited one. */
export const CompleteSetup = z
  .strictObject({ secret: z.string().max(256), name: DisplayName, email: Email, password: Password })
  .meta({ id: 'CompleteSetup' });

export const ChangePassword = z.strictObject({ current: TriedPassword, next: Password }).meta({ id: 'ChangePassword' });

/** Takes a one-time link for a new password; the email is that of the account. */
export const ResetPassword = z
  .strictObject({ secret: z.string().max(256), email: Email, password: Password })
  .meta({ id: 'ResetPassword' });

/** The source that failures are counted by: the client's IPv4 address, or its IPv6 network. */
const ClientAddress = z.string().max(64);
/** The mark of a browser in which an admin has signed in before; it names the account and opens nothing. */
const BrowserMark = z.string().max(256);
/** The secret that a browser is given to keep, and its mark: only the gateway that asked ever sees them. */
const StartedSession = z.object({
  session: Session,
  secret: z.string(),
  /** Null of a key without an account, and from a release that knows no marks. */
  browser: BrowserMark.nullable().default(null),
});
/** A password is hashed on the way, slowly on purpose, and several may be waiting. */
const HASHING_MS = 6_000;

export const signIn = contract({
  subject: 'tokens.sessions.start',
  request: z.union([
    z.strictObject({
      email: z.string().max(254),
      password: TriedPassword,
      address: ClientAddress,
      browser: BrowserMark.optional(),
    }),
    z.strictObject({ keyHash: SecretHash, address: ClientAddress, browser: BrowserMark.optional() }),
  ]),
  reply: StartedSession,
  errors: ['sign_in_failed', 'too_many_failures'],
  timeoutMs: HASHING_MS,
});

export const getSession = contract({
  subject: 'tokens.sessions.get',
  isRead: true,
  request: z.object({ sessionId: SessionId }),
  reply: Session,
  errors: ['token_unknown'],
});

/** Ends a session everywhere; ending it again changes nothing. */
export const signOut = contract({
  subject: 'tokens.sessions.end',
  request: z.object({ sessionId: SessionId }),
  reply: z.object({}),
  errors: [],
});

/** Ends every other session of the admin. */
export const changePassword = contract({
  subject: 'tokens.passwords.change',
  request: ChangePassword.extend({ sessionId: SessionId, address: ClientAddress }),
  reply: z.object({}),
  errors: ['invalid_request', 'too_many_failures', 'revision_mismatch'],
  timeoutMs: HASHING_MS,
});

export const getSetup = contract({
  subject: 'tokens.setup.get',
  isRead: true,
  request: z.object({}),
  reply: SetupState,
  errors: [],
});

/** Makes the one-time link of the owner's account and ends the one before. */
export const createSetupLink = contract({
  subject: 'tokens.setup.create-link',
  calledBy: ['gateway', 'standalone'],
  request: z.object({}),
  reply: z.object({ secret: z.string() }),
  errors: ['setup_done'],
});

/** Spends a one-time link, the owner's or an invitation's, and signs in. */
export const completeSetup = contract({
  subject: 'tokens.setup.complete',
  request: CompleteSetup.omit({ secret: true }).extend({ secretHash: SecretHash, address: ClientAddress }),
  reply: StartedSession,
  errors: ['setup_link_invalid', 'email_taken', 'invalid_request', 'too_many_failures'],
  timeoutMs: HASHING_MS,
});

/** Makes a one-time link for a new password and ends the one before. Until it is used, nothing else changes. */
export const createPasswordLink = contract({
  subject: 'tokens.passwords.create-link',
  request: z.object({ adminId: AdminId }),
  reply: z.object({ admin: Admin, secret: z.string() }),
  errors: ['admin_not_found', 'admin_not_active'],
});

/** Spends a one-time link for a new password, ends every session of the admin, and signs in. */
export const resetPassword = contract({
  subject: 'tokens.passwords.reset',
  request: ResetPassword.omit({ secret: true }).extend({ secretHash: SecretHash, address: ClientAddress }),
  reply: StartedSession,
  errors: ['setup_link_invalid', 'invalid_request', 'too_many_failures'],
  timeoutMs: HASHING_MS,
});
