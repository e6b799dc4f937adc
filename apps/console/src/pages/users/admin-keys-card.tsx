import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { adminKeysQuery, createAdminKey, revokeAdminKey } from '../../server/admins';
import { Badge } from '../../ui/badge';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { TextField } from '../../ui/field';
import { FormDialog, SecretDialog } from '../../ui/form-dialog';
import { Loaded } from '../../ui/loaded';
import table from '../../ui/table.module.css';
import { actionsColumn, TableHead } from '../../ui/table-head';
import { complain } from '../../ui/toasts';
import { since } from '../../ui/units';

/** Keys by which scripts act as the person who is signed in. */
export function AdminKeysCard({ adminId }: { adminId: string }) {
  const keys = useQuery(adminKeysQuery(adminId));
  const [creating, setCreating] = useState(false);
  const queryClient = useQueryClient();
  const revoke = useMutation({
    mutationFn: (keyId: string) => revokeAdminKey(adminId, keyId),
    onError: complain,
    onSettled: () => queryClient.invalidateQueries({ queryKey: adminKeysQuery(adminId).queryKey }),
  });
  return (
    <Card title="Your admin keys" actions={<Button onPress={() => setCreating(true)}>New admin key</Button>} flush>
      <Loaded query={keys}>
        {(list) =>
          list.length === 0 ? (
            <p style={{ padding: 20 }}>None yet. With a key a script may do over HTTP what you may do here.</p>
          ) : (
            <table className={table.table}>
              <TableHead columns={['Key', 'State', ['Last used', 'medium'], actionsColumn]} />
              <tbody>
                {list.map(({ id, name, hint, state, lastUsedAt }) => (
                  <tr key={id}>
                    <th scope="row">
                      <span className={table.name}>{name}</span>
                      <span className={table.sub}>
                        <code>{hint}…</code>
                      </span>
                    </th>
                    <td>
                      <Badge tone={state === 'active' ? 'good' : 'plain'}>{state}</Badge>
                    </td>
                    <td className={`${table.medium} ${table.soft}`}>{lastUsedAt ? since(lastUsedAt) : 'never'}</td>
                    <td className={table.tight}>
                      {state === 'active' && (
                        <Button look="quiet" aria-label={`Revoke ${name}`} onPress={() => revoke.mutate(id)}>
                          Revoke
                        </Button>
                      )}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          )
        }
      </Loaded>
      {creating && <NewKeyDialog adminId={adminId} onClose={() => setCreating(false)} />}
    </Card>
  );
}

function NewKeyDialog({ adminId, onClose }: { adminId: string; onClose: () => void }) {
  const [name, setName] = useState('');
  const queryClient = useQueryClient();
  const create = useMutation({
    mutationFn: () => createAdminKey(adminId, { name }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: adminKeysQuery(adminId).queryKey }),
  });
  const { data: created } = create;
  if (created) {
    return (
      <SecretDialog
        title={`${created.key.name} is ready`}
        label="Admin key"
        secret={created.secret}
        onClose={onClose}
      />
    );
  }
  return (
    <FormDialog title="New admin key" action="Create" task={create} onClose={onClose}>
      <TextField label="Name" placeholder="Nightly import" value={name} onChange={setName} isRequired autoFocus />
    </FormDialog>
  );
}
