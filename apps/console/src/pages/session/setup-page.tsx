import { useState } from 'react';
import { faultsAt } from '../../server/problem';
import { completeSetup } from '../../server/session';
import { TextField } from '../../ui/field';
import { Entrance } from './entrance';
import { LinkForm } from './link-form';

/** Opens a one-time link: for the owner's first account, or an invitation. */
export function SetupPage() {
  const [name, setName] = useState('');
  return (
    <Entrance title="Welcome to Sluice" about="Choose how you sign in from now on.">
      <LinkForm
        spend={(sent) => completeSetup({ ...sent, name })}
        passwordLabel="Password"
        action="Create account"
        places={['/name']}
        fields={(error) => (
          <TextField
            label="Name"
            autoComplete="name"
            value={name}
            onChange={setName}
            faults={faultsAt(error, '/name')}
            isRequired
          />
        )}
      />
    </Entrance>
  );
}
