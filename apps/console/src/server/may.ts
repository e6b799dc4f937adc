import type { Role } from '@sluice/contracts/tokens/admins';
import { useQuery } from '@tanstack/react-query';
import { sessionQuery } from './session';

const ranks: Readonly<Record<Role, number>> = { viewer: 1, editor: 2, owner: 3 };

/** Whether the person may do what asks for this role: what they may not is not offered. The server decides all the same. */
export function useMay(role: Role): boolean {
  const { data: session } = useQuery(sessionQuery);
  return session ? ranks[session.admin.role] >= ranks[role] : false;
}
