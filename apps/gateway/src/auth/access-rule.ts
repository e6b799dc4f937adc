import type { Role } from '@sluice/contracts/tokens/admins';

export const ACCESS_RULE = 'sluice:access';

/**
 * The callers that a route lets pass: everybody, an admin with at least a role, any admin (`session`: what is their own), the holder
 * of an access token or an admin, or a secret scanner or an editor.
 */
export type AccessRule = 'public' | Role | 'session' | 'token-or-admin' | 'scanner-or-editor';

const ranks: Readonly<Record<Role, number>> = { viewer: 1, editor: 2, owner: 3 };

/** Tells whether a role is enough for a rule of the management routes. */
export function satisfies(role: Role, rule: Role | 'session'): boolean {
  return rule === 'session' || ranks[role] >= ranks[rule];
}
