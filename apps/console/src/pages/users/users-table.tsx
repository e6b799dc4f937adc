import type { Admin, AdminState, Role } from '@sluice/contracts/tokens/admins';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { CirclePause, CirclePlay, LockKeyhole, Trash2, UserCog } from 'lucide-react';
import { useState } from 'react';
import { adminsKey, removeAdmin, updateAdmin } from '../../server/admins';
import { useMay } from '../../server/may';
import { Badge } from '../../ui/badge';
import { Confirm } from '../../ui/dialog';
import { ActionMenu } from '../../ui/menu';
import table from '../../ui/table.module.css';
import { actionsColumn, TableHead } from '../../ui/table-head';
import { complain, say } from '../../ui/toasts';
import { since } from '../../ui/units';
import { PasswordLinkDialog } from './password-link-dialog';
import { roleNames, roles } from './roles';

const tones = { active: 'good', invited: 'plain', disabled: 'warn' } as const satisfies Record<AdminState, string>;

export function UsersTable({ admins }: { admins: readonly Admin[] }) {
  const [removing, setRemoving] = useState<Admin | null>(null);
  const [helped, setHelped] = useState<Admin | null>(null);
  const isOwner = useMay('owner');
  const queryClient = useQueryClient();
  const refresh = () => queryClient.invalidateQueries({ queryKey: adminsKey });
  const change = useMutation({
    mutationFn: ({ admin, part }: { admin: Admin; part: { role?: Role; state?: 'active' | 'disabled' } }) =>
      updateAdmin(admin, part),
    onSuccess: ({ name, role, state }) => say(`${name} is ${state === 'disabled' ? 'disabled' : `${role} now`}`),
    onError: complain,
    onSettled: refresh,
  });
  return (
    <>
      <table className={table.table}>
        <TableHead columns={['Name', 'Role', ['State', 'medium'], ['Last signed in', 'wide'], actionsColumn]} />
        <tbody>
          {admins.map((admin) => (
            <tr key={admin.id}>
              <th scope="row">
                <span className={table.name}>{admin.name}</span>
                <span className={table.sub}>{admin.email}</span>
              </th>
              <td>{roleNames[admin.role]}</td>
              <td className={table.medium}>
                <Badge tone={tones[admin.state]}>{admin.state}</Badge>
              </td>
              <td className={`${table.wide} ${table.soft}`}>
                {admin.lastSignInAt ? since(admin.lastSignInAt) : 'never'}
              </td>
              {isOwner && (
                <td className={table.tight}>
                  <ActionMenu
                    label={`Actions for ${admin.name}`}
                    actions={[
                      ...roles
                        .filter((role) => role !== admin.role)
                        .map((role) => ({
                          label: `Make ${roleNames[role].toLowerCase()}`,
                          picture: UserCog,
                          run: () => change.mutate({ admin, part: { role } }),
                        })),
                      admin.state === 'disabled'
                        ? {
                            label: 'Enable',
                            picture: CirclePlay,
                            run: () => change.mutate({ admin, part: { state: 'active' as const } }),
                          }
                        : {
                            label: 'Disable',
                            picture: CirclePause,
                            run: () => change.mutate({ admin, part: { state: 'disabled' as const } }),
                          },
                      ...(admin.state === 'active'
                        ? [{ label: 'New password by link', picture: LockKeyhole, run: () => setHelped(admin) }]
                        : []),
                      { label: 'Remove', picture: Trash2, run: () => setRemoving(admin), hurts: true },
                    ]}
                  />
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
      {helped && <PasswordLinkDialog admin={helped} onClose={() => setHelped(null)} />}
      <Confirm
        title={`Remove ${removing?.name ?? ''}?`}
        action="Remove account"
        isOpen={removing !== null}
        onClose={() => setRemoving(null)}
        onConfirm={async () => {
          if (!removing) return;
          await removeAdmin(removing.id);
          await refresh();
        }}
      >
        <p>The account ends at once, with all its admin keys and sessions. What was published stays.</p>
      </Confirm>
    </>
  );
}
