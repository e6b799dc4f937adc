import type { Admin, AdminState, Role } from '@sluice/contracts/tokens/admins';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { CirclePause, CirclePlay, LockKeyhole, Trash2, UserCog } from 'lucide-react';
import { useState } from 'react';
import { adminsKey, removeAdmin, updateAdmin } from '../../server/admins';
import { useMay } from '../../server/may';
import { Badge } from '../../ui/badge';
import { actionsColumn, DataTable } from '../../ui/data-table';
import { Confirm } from '../../ui/dialog';
import { ActionMenu } from '../../ui/menu';
import table from '../../ui/table.module.css';
import { complain, say } from '../../ui/toasts';
import { since } from '../../ui/units';
import { PasswordLinkDialog } from './password-link-dialog';
import { roleNames, roles } from './roles';

const tones = { active: 'good', invited: 'plain', disabled: 'warn' } as const satisfies Record<AdminState, string>;

export function UsersTable({
  admins,
  sort,
  onSort,
}: {
  admins: readonly Admin[];
  sort: string | undefined;
  onSort: (sort: string | undefined) => void;
}) {
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
      <DataTable
        columns={[
          {
            label: 'Name',
            sort: 'name',
            cell: ({ name, email }) => (
              <>
                <span className={table.name}>{name}</span>
                <span className={table.sub}>{email}</span>
              </>
            ),
          },
          { label: 'Role', sort: 'role', cell: ({ role }) => roleNames[role] },
          {
            label: 'State',
            sort: 'state',
            looks: ['medium'],
            cell: ({ state }) => <Badge tone={tones[state]}>{state}</Badge>,
          },
          {
            label: 'Last signed in',
            sort: 'lastSignInAt',
            looks: ['wide', 'soft'],
            cell: ({ lastSignInAt }) => (lastSignInAt ? since(lastSignInAt) : 'never'),
          },
          ...(isOwner
            ? [
                actionsColumn<Admin>((admin) => (
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
                )),
              ]
            : []),
        ]}
        items={admins}
        keyOf={({ id }) => id}
        sort={sort}
        onSort={onSort}
      />
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
