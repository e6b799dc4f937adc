import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { faultsAt, isToldAt } from '../../server/problem';
import { completeSetup, sessionQuery } from '../../server/session';
import { Button } from '../../ui/button';
import { TextField } from '../../ui/field';
import { Form } from '../../ui/form';
import { Note } from '../../ui/note';
import { ProblemNote } from '../../ui/problem-note';
import { Entrance } from './entrance';
import { linkSecret } from './link-secret';
import css from './session.module.css';

const places = ['/name', '/email', '/password'];

/** Where a one-time link leads: the owner's first account, or an invitation. */
export function SetupPage() {
  const [secret] = useState(linkSecret);
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const completion = useMutation({
    mutationFn: () => completeSetup({ secret, name, email, password }),
    onSuccess: async (session) => {
      queryClient.setQueryData(sessionQuery.queryKey, session);
      await navigate({ to: '/datasets', replace: true });
    },
  });
  const { error } = completion;
  return (
    <Entrance title="Welcome to Sluice" about="Choose how you sign in from now on.">
      {secret === '' && <Note tone="warn">The link is not complete: open it again as a whole.</Note>}
      <Form
        className={css.form}
        onSubmit={(event) => {
          event.preventDefault();
          completion.mutate();
        }}
      >
        <TextField
          label="Name"
          autoComplete="name"
          value={name}
          onChange={setName}
          faults={faultsAt(error, '/name')}
          isRequired
        />
        <TextField
          label="Email"
          type="email"
          autoComplete="username"
          value={email}
          onChange={setEmail}
          faults={faultsAt(error, '/email')}
          isRequired
        />
        <TextField
          label="Password"
          type="password"
          autoComplete="new-password"
          hint="At least 12 characters: a sentence is best."
          value={password}
          onChange={setPassword}
          faults={faultsAt(error, '/password')}
          isRequired
        />
        {error && !isToldAt(error, places) && <ProblemNote error={error} />}
        <Button type="submit" look="primary" isPending={completion.isPending} isDisabled={secret === ''}>
          Create account
        </Button>
      </Form>
    </Entrance>
  );
}
