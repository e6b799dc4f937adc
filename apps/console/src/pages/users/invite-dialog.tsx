import type { Role } from '@sluice/contracts/admins';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { adminsQuery, inviteAdmin } from '../../server/admins';
import { faultsAt, isToldAt } from '../../server/problem';
import { Button } from '../../ui/button';
import { Dialog } from '../../ui/dialog';
import { TextField } from '../../ui/field';
import { Form } from '../../ui/form';
import { ProblemNote } from '../../ui/problem-note';
import { SecretField } from '../../ui/secret-field';
import { Select } from '../../ui/select';
import { roleNames, roles } from './roles';
import css from './users.module.css';

const meanings: Readonly<Record<Role, string>> = {
  viewer: 'reads everything, changes nothing',
  editor: 'imports, publishes, hands out tokens',
  owner: 'also decides who the users are',
};

/** Somebody new; the link that makes their account is handed over by whoever invites. */
export function InviteDialog({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<Role>('editor');
  const queryClient = useQueryClient();
  const invite = useMutation({
    mutationFn: () => inviteAdmin({ name, email, role }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: adminsQuery.queryKey }),
  });
  const { data: invited, error } = invite;
  if (invited) {
    return (
      <Dialog
        title={`${invited.admin.name} is invited`}
        isOpen
        onClose={onClose}
        mustDecide
        width="wide"
        footer={
          <Button look="primary" onPress={onClose}>
            I have copied it
          </Button>
        }
      >
        <p>Send this link to {invited.admin.email}. It works once and for seven days.</p>
        <SecretField label="Link" secret={invited.link} />
      </Dialog>
    );
  }
  return (
    <Dialog
      title="Invite somebody"
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button look="primary" type="submit" form="invite" isPending={invite.isPending}>
            Make the link
          </Button>
        </>
      }
    >
      <Form
        id="invite"
        className={css.form}
        onSubmit={(event) => {
          event.preventDefault();
          invite.mutate();
        }}
      >
        <TextField
          label="Name"
          value={name}
          onChange={setName}
          faults={faultsAt(error, '/name')}
          isRequired
          autoFocus
        />
        <TextField
          label="Email"
          type="email"
          value={email}
          onChange={setEmail}
          faults={faultsAt(error, '/email')}
          isRequired
        />
        <Select
          label="Role"
          choices={roles.map((id) => ({ id, label: roleNames[id], detail: meanings[id] }))}
          value={role}
          onChange={(id) => setRole(roles.find((each) => each === id) ?? role)}
        />
        {error && !isToldAt(error, ['/name', '/email']) && <ProblemNote error={error} />}
      </Form>
    </Dialog>
  );
}
