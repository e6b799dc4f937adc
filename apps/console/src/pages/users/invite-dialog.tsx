import type { Role } from '@sluice/contracts/tokens/admins';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { adminsKey, inviteAdmin } from '../../server/admins';
import { faultsAt } from '../../server/problem';
import { TextField } from '../../ui/field';
import { FormDialog, SecretDialog } from '../../ui/form-dialog';
import { Select } from '../../ui/select';
import { roleNames, roles } from './roles';

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
    onSuccess: () => queryClient.invalidateQueries({ queryKey: adminsKey }),
  });
  const { data: invited, error } = invite;
  if (invited) {
    return (
      <SecretDialog title={`${invited.admin.name} is invited`} label="Link" secret={invited.link} onClose={onClose}>
        <p>Send this link to {invited.admin.email}. It works once and for seven days.</p>
      </SecretDialog>
    );
  }
  return (
    <FormDialog
      title="Invite somebody"
      action="Make the link"
      task={invite}
      places={['/name', '/email']}
      onClose={onClose}
    >
      <TextField label="Name" value={name} onChange={setName} faults={faultsAt(error, '/name')} isRequired autoFocus />
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
    </FormDialog>
  );
}
