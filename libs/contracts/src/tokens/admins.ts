import { z } from 'zod';
import { contract } from '../contract';
import { AdminId, AdminKeyId } from '../ids';
import { DisplayName } from '../names';
import { GivenTime, PageRequest, pageOf, searchedPageOf, searchRequest, Timestamp } from '../page';

/** The role of an admin: a viewer reads, an editor publishes, an owner also decides who the admins are. */
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

/** The link to the page on which an admin chooses a password, the first or another one. */
const OneTimeLink = {
  secret: z.string().meta({ description: 'Shown this once' }),
  link: z.string().meta({ description: 'The page of the console that takes the secret' }),
};
export const SetupLink = z.object(OneTimeLink).meta({ id: 'SetupLink' });
export const InvitedAdmin = z.object({ admin: Admin, ...OneTimeLink }).meta({ id: 'InvitedAdmin' });
export const PasswordLink = z.object({ admin: Admin, ...OneTimeLink }).meta({ id: 'PasswordLink' });

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
  .strictObject({ name: DisplayName, expiresAt: GivenTime.nullish() })
  .meta({ id: 'CreateAdminKey' });
export const CreatedAdminKey = z
  .object({ key: AdminKey, secret: z.string().meta({ description: 'Shown this once' }) })
  .meta({ id: 'CreatedAdminKey' });

/** Members by which the list of admins can be sorted, beside the time of creation. */
export const ADMIN_SORTS = ['name', 'email', 'role', 'state', 'lastSignInAt'] as const;

export const listAdmins = contract({
  subject: 'tokens.admins.list',
  isRead: true,
  request: searchRequest(ADMIN_SORTS),
  reply: searchedPageOf(Admin),
  errors: ['cursor_mismatch'],
});

export const getAdmin = contract({
  subject: 'tokens.admins.get',
  isRead: true,
  request: z.object({ adminId: AdminId }),
  reply: Admin,
  errors: ['admin_not_found'],
});

/** Inviting again makes another secret and ends the one before. */
export const inviteAdmin = contract({
  subject: 'tokens.admins.invite',
  request: InviteAdmin,
  reply: z.object({ admin: Admin, secret: z.string() }),
  errors: ['email_taken'],
});

export const updateAdmin = contract({
  subject: 'tokens.admins.update',
  request: UpdateAdmin.extend({ adminId: AdminId, revision: z.int() }),
  reply: Admin,
  errors: ['admin_not_found', 'revision_mismatch', 'last_owner', 'invalid_request'],
});

/** Ends the account with all its keys and sessions. */
export const removeAdmin = contract({
  subject: 'tokens.admins.remove',
  request: z.object({ adminId: AdminId }),
  reply: z.object({}),
  errors: ['admin_not_found', 'last_owner'],
});

/** Keys of one admin, or (null) those of the installation itself. */
export const listAdminKeys = contract({
  subject: 'tokens.admin-keys.list',
  isRead: true,
  request: PageRequest.extend({ adminId: AdminId.nullable() }),
  reply: pageOf(AdminKey),
  errors: ['admin_not_found'],
});

export const createAdminKey = contract({
  subject: 'tokens.admin-keys.create',
  request: CreateAdminKey.extend({ adminId: AdminId }),
  reply: CreatedAdminKey,
  errors: ['admin_not_found', 'invalid_request'],
});

/** Ends a key for good; revoking again changes nothing. */
export const revokeAdminKey = contract({
  subject: 'tokens.admin-keys.revoke',
  request: z.object({ adminId: AdminId.nullable(), keyId: AdminKeyId }),
  reply: AdminKey,
  errors: ['admin_key_not_found'],
});

/** Makes the installation's first admin key, once for all replicas; only the launcher asks, and prints it. */
export const claimFirstAdminKey = contract({
  subject: 'tokens.admin-keys.claim-first',
  calledBy: ['standalone'],
  request: z.object({}),
  reply: z.object({ secret: z.string() }),
  errors: ['admin_key_claimed'],
});
