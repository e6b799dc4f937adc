import type { Role } from '@sluice/contracts/tokens/admins';

export const roleNames: Readonly<Record<Role, string>> = { viewer: 'Viewer', editor: 'Editor', owner: 'Owner' };
export const roles = Object.keys(roleNames) as Role[];
