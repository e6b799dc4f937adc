import type { AdminKey } from '@sluice/contracts/tokens/admins';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { adminKeysQuery, createAdminKey, revokeAdminKey } from '../../server/admins';
import { Badge } from '../../ui/badge';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { actionsColumn, DataTable } from '../../ui/data-table';
import { Confirm } from '../../ui/dialog';
import { TextField } from '../../ui/field';
import { FormDialog, SecretDialog } from '../../ui/form-dialog';
import { Loaded } from '../../ui/loaded';
import table from '../../ui/table.module.css';
import { since } from '../../ui/units';

/** Keys by which scripts act as the person who is signed in. */
export function AdminKeysCard({ adminId }: { adminId: string }) {
  const keys = useQuery(adminKeysQuery(adminId));
  const [creating, setCreating] = useState(false);
  const queryClient = useQueryClient();
  const [revoking, setRevoking] = useState<AdminKey | null>(null);
  return (
    <Card title="Your admin keys" actions={<Button onPress={() => setCreating(true)}>New admin key</Button>} flush>
      <Loaded query={keys}>
        {(list) =>
          list.length === 0 ? (
            <p style={{ padding: 20 }}>None yet. With a key a script may do over HTTP what you may do here.</p>
          ) : (
            <DataTable<AdminKey>
              columns={[
                {
                  label: 'Key',
                  cell: ({ name, hint }) => (
                    <>
                      <span className={table.name}>{name}</span>
                      <span className={table.sub}>
                        <code>{hint}…</code>
                      </span>
                    </>
                  ),
                },
                {
                  label: 'State',
                  cell: ({ state }) => <Badge tone={state === 'active' ? 'good' : 'plain'}>{state}</Badge>,
                },
                {
                  label: 'Last used',
                  looks: ['medium', 'soft'],
                  cell: ({ lastUsedAt }) => (lastUsedAt ? since(lastUsedAt) : 'never'),
                },
                actionsColumn(
                  (key) =>
                    key.state === 'active' && (
                      <Button look="quiet" aria-label={`Revoke ${key.name}`} onPress={() => setRevoking(key)}>
                        Revoke
                      </Button>
                    ),
                ),
              ]}
              items={list}
              keyOf={({ id }) => id}
            />
          )
        }
      </Loaded>
      <Confirm
        title={`Revoke ${revoking?.name ?? ''}?`}
        action="Revoke key"
        isOpen={revoking !== null}
        onClose={() => setRevoking(null)}
        onConfirm={async () => {
          if (!revoking) return;
          await revokeAdminKey(adminId, revoking.id);
          await queryClient.invalidateQueries({ queryKey: adminKeysQuery(adminId).queryKey });
        }}
      >
        <p>Every script that uses it is refused at once. This cannot be undone.</p>
      </Confirm>
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
