import { z } from 'zod';
import { DisplayName } from './datasets';
import { AdminId, AdminKeyId } from './ids';
import { Timestamp } from './page';

/** What an admin may do: a viewer reads, an editor publishes, an owner also decides who the admins are. */
export const Role = z.enum(['viewer', 'editor', 'owner']).meta({ id: 'Role' });
export type Role = z.infer<typeof Role>;

/** Invited: has not chosen a password yet. Disabled: keeps the account, but nothing of it opens anything. */
export const AdminState = z.enum(['active', 'invited', 'disabled']);
export type AdminState = z.infer<typeof AdminState>;

export const Email = z.email().max(254);

export const MIN_PASSWORD_LENGTH = 12;

/** Length is all that is asked of a password (NIST SP 800-63B section 5.1.1.2), and that it is not the name or the email. */
export const Password = z
  .string()
  .min(MIN_PASSWORD_LENGTH, `at least ${MIN_PASSWORD_LENGTH} characters`)
  .max(256, 'at most 256 characters');

/** A person who manages the installation. */
export const Admin = z
  .object({
    id: AdminId,
    name: z.string(),
    email: z.string(),
    role: Role,
    state: AdminState,
    createdAt: Timestamp,
    lastSignInAt: Timestamp.nullable(),
    revision: z.int(),
  })
  .meta({ id: 'Admin' });
export type Admin = z.infer<typeof Admin>;

export const InviteAdmin = z.strictObject({ email: Email, name: DisplayName, role: Role }).meta({ id: 'InviteAdmin' });
export const UpdateAdmin = z
  .strictObject({
    name: DisplayName.optional(),
    role: Role.optional(),
    state: z.enum(['active', 'disabled']).optional(),
  })
  .meta({ id: 'UpdateAdmin' });

/** What opens the page on which somebody chooses a name and a password. */
const OneTimeLink = {
  secret: z.string().meta({ description: 'Shown this once' }),
  link: z.string().meta({ description: 'The page of the console that takes the secret' }),
};
export const SetupLink = z.object(OneTimeLink).meta({ id: 'SetupLink' });
export const InvitedAdmin = z.object({ admin: Admin, ...OneTimeLink }).meta({ id: 'InvitedAdmin' });

export const AdminKeyState = z.enum(['active', 'expired', 'revoked']);
export type AdminKeyState = z.infer<typeof AdminKeyState>;

/** A key for automation. It may do what its admin may; the installation's own keys have no admin and may do everything. */
export const AdminKey = z
  .object({
    id: AdminKeyId,
    adminId: AdminId.nullable(),
    name: z.string(),
    hint: z.string().meta({ description: 'The first characters of the secret, to recognise it by' }),
    state: AdminKeyState,
    expiresAt: Timestamp.nullable(),
    lastUsedAt: Timestamp.nullable().meta({ description: 'To the minute' }),
    createdAt: Timestamp,
  })
  .meta({ id: 'AdminKey' });
export type AdminKey = z.infer<typeof AdminKey>;

export const CreateAdminKey = z
  .strictObject({ name: DisplayName, expiresAt: Timestamp.nullish() })
  .meta({ id: 'CreateAdminKey' });
export const CreatedAdminKey = z
  .object({ key: AdminKey, secret: z.string().meta({ description: 'Shown this once' }) })
  .meta({ id: 'CreatedAdminKey' });
