import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { adminKeysQuery, createAdminKey, revokeAdminKey } from '../../server/admins';
import { Badge } from '../../ui/badge';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { Dialog } from '../../ui/dialog';
import { TextField } from '../../ui/field';
import { Form } from '../../ui/form';
import { Loaded } from '../../ui/loaded';
import { ProblemNote } from '../../ui/problem-note';
import { SecretField } from '../../ui/secret-field';
import table from '../../ui/table.module.css';
import { complain } from '../../ui/toasts';
import { since } from '../../ui/units';
import css from './users.module.css';

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
              <thead>
                <tr>
                  <th scope="col">Key</th>
                  <th scope="col">State</th>
                  <th scope="col" className={table.medium}>
                    Last used
                  </th>
                  <th scope="col" className={table.tight}>
                    <span className={table.soft}>Actions</span>
                  </th>
                </tr>
              </thead>
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
  const { data: created, error } = create;
  return (
    <Dialog
      title={created ? `${created.key.name} is ready` : 'New admin key'}
      isOpen
      onClose={onClose}
      mustDecide={created !== undefined}
      width="wide"
      footer={
        created ? (
          <Button look="primary" onPress={onClose}>
            I have copied it
          </Button>
        ) : (
          <Button look="primary" type="submit" form="new-key" isPending={create.isPending}>
            Create
          </Button>
        )
      }
    >
      {created ? (
        <SecretField label="Admin key" secret={created.secret} />
      ) : (
        <Form
          id="new-key"
          className={css.form}
          onSubmit={(event) => {
            event.preventDefault();
            create.mutate();
          }}
        >
          <TextField label="Name" placeholder="Nightly import" value={name} onChange={setName} isRequired autoFocus />
          {error && <ProblemNote error={error} />}
        </Form>
      )}
    </Dialog>
  );
}
