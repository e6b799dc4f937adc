import { z } from 'zod';
import { contract } from './contract';
import { AuditEntryId } from './ids';
import { GivenTime, Timestamp } from './page';

/** Everything that a change is recorded as: the kind of thing, and what was done to it. */
export const auditActions = [
  'token.issued',
  'token.updated',
  'token.rotated',
  'token.revoked',
  'admin.created',
  'admin.invited',
  'admin.joined',
  'admin.updated',
  'admin.removed',
  'admin.password-link-created',
  'admin.password-changed',
  'admin-key.created',
  'admin-key.revoked',
  'session.started',
  'session.ended',
  'setup-link.created',
  'api.created',
  'api.updated',
  'api.activated',
  'api.deactivated',
  'api.deleted',
  'api.token-assigned',
  'api.token-unassigned',
  'domain.created',
  'domain.deleted',
  'dataset.created',
  'dataset.updated',
  'dataset.deleted',
  'dataset.version-published',
  'dataset.version-deleted',
] as const;
export const AuditAction = z.enum(auditActions);
export type AuditAction = z.infer<typeof AuditAction>;

type KindOf<Action> = Action extends `${infer Kind}.${string}` ? Kind : never;
export type AuditedKind = KindOf<AuditAction>;
export const auditedKinds = [...new Set(auditActions.map((action) => action.split('.')[0]))] as AuditedKind[];
export const AuditedKind = z.enum(auditedKinds);

/** Names and values of what was changed, as the management routes show them. */
const Members = z.record(z.string(), z.unknown());

/** One change of what is managed. It is written once and never changed. */
export const AuditEntry = z
  .object({
    id: AuditEntryId,
    at: Timestamp,
    actor: z.object({
      id: z.string(),
      name: z.string(),
      kind: z.enum(['admin', 'key', 'token', 'system']),
      address: z.string().meta({ description: "The client's address; empty for the installation itself" }),
    }),
    requestId: z.string().meta({ description: 'As in the X-Request-Id of the answer; "none" outside of a request' }),
    action: AuditAction,
    resource: z.object({ type: AuditedKind, id: z.string(), name: z.string() }),
    before: Members.nullable().meta({ description: 'The changed members as they were; null where there was nothing' }),
    after: Members.nullable().meta({ description: 'The changed members as they are now; null where nothing is left' }),
    outcome: z.enum(['success', 'failure']).meta({ description: 'A failure is an import that published no version' }),
  })
  .meta({ id: 'AuditEntry' });
export type AuditEntry = z.infer<typeof AuditEntry>;

/** Which entries are wanted: all that fit every member. */
export const AuditFilter = z.object({
  actorId: z.string().max(100).optional(),
  resourceId: z.string().max(300).optional(),
  resourceType: AuditedKind.optional(),
  action: AuditAction.optional(),
  /** Inclusive. */
  from: GivenTime.optional(),
  /** Exclusive. */
  to: GivenTime.optional(),
});
export type AuditFilter = z.infer<typeof AuditFilter>;

/** One more than a page, so that the caller knows whether there is another. */
const MAX_ENTRIES = 501;

const request = z.object({
  limit: z.int().min(1).max(MAX_ENTRIES),
  below: AuditEntryId.optional(),
  filter: AuditFilter,
});
export type AuditRequest = z.infer<typeof request>;
const reply = z.object({ entries: z.array(AuditEntry) });
export type AuditReply = z.infer<typeof reply>;

/** Asks what a service has recorded of its own changes, newest first, older than `below`. */
export const listTokensAudit = contract({ subject: 'tokens.audit.list', request, reply, errors: [], isRead: true });
export const listRegistryAudit = contract({ subject: 'registry.audit.list', request, reply, errors: [], isRead: true });
export const listCatalogueAudit = contract({
  subject: 'catalogue.audit.list',
  request,
  reply,
  errors: [],
  isRead: true,
});

/** By the service that answers. */
export const auditContracts = {
  tokens: listTokensAudit,
  registry: listRegistryAudit,
  catalogue: listCatalogueAudit,
} as const;
