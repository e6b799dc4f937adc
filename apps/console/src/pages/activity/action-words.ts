import type { AuditAction, AuditedKind } from '@sluice/contracts/audit';

/** The actions as people say them; an action that is missing here does not compile. */
export const actionWords: Readonly<Record<AuditAction, string>> = {
  'token.issued': 'generated the token',
  'token.updated': 'changed the token',
  'token.rotated': 'rotated the token',
  'token.revoked': 'revoked the token',
  'admin.created': 'set up the account',
  'admin.invited': 'invited',
  'admin.joined': 'joined as',
  'admin.updated': 'changed the account',
  'admin.removed': 'removed the account',
  'admin.password-link-created': 'made a link for a new password of',
  'admin.password-changed': 'changed the password of',
  'admin-key.created': 'made the admin key',
  'admin-key.revoked': 'revoked the admin key',
  'session.started': 'signed in as',
  'session.ended': 'signed out as',
  'setup-link.created': 'made a set-up link',
  'api.created': 'created the API',
  'api.updated': 'changed the API',
  'api.activated': 'switched on the API',
  'api.deactivated': 'switched off the API',
  'api.deleted': 'deleted the API',
  'api.token-assigned': 'assigned a token to the API',
  'api.token-unassigned': 'took a token from the API',
  'domain.created': 'added the domain',
  'domain.deleted': 'removed the domain',
  'dataset.created': 'created the dataset',
  'dataset.updated': 'changed the dataset',
  'dataset.deleted': 'deleted the dataset',
  'dataset.version-published': 'imported a version of',
  'dataset.version-deleted': 'deleted a version of',
};
export const actions = Object.keys(actionWords) as AuditAction[];

export const kindNames: Readonly<Record<AuditedKind, string>> = {
  token: 'Tokens',
  admin: 'Users',
  'admin-key': 'Admin keys',
  session: 'Sessions',
  'setup-link': 'Set-up links',
  api: 'APIs',
  domain: 'Domains',
  dataset: 'Datasets',
};
export const kinds = Object.keys(kindNames) as AuditedKind[];
