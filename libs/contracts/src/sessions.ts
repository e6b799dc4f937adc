import { z } from 'zod';
import { Email, Password, Role } from './admins';
import { DisplayName } from './datasets';
import { AdminId } from './ids';
import { Timestamp } from './page';

/** Any text that may be tried as a password: one that breaks today's rules must still be compared. */
const TriedPassword = z.string().min(1).max(1_024);

/** By email and password, or by an admin key where no account exists. */
export const SignIn = z
  .union([
    z.strictObject({ email: z.string().max(254), password: TriedPassword }),
    z.strictObject({ adminKey: z.string().max(256) }),
  ])
  .meta({ id: 'SignIn' });

/** Who is signed in, until when without any request, and until when at most. Signed in by an installation's own key, there is no account. */
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
