import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { faultsAt, isToldAt } from '../../server/problem';
import { resetPassword, sessionQuery } from '../../server/session';
import { Button } from '../../ui/button';
import { TextField } from '../../ui/field';
import { Form } from '../../ui/form';
import { Note } from '../../ui/note';
import { ProblemNote } from '../../ui/problem-note';
import { Entrance } from './entrance';
import { linkSecret } from './link-secret';
import css from './session.module.css';

const places = ['/email', '/password'];

/** Where the link leads that an owner gives to somebody who has forgotten their password. */
export function ResetPage() {
  const [secret] = useState(linkSecret);
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const reset = useMutation({
    mutationFn: () => resetPassword({ secret, email, password }),
    onSuccess: async (session) => {
      queryClient.setQueryData(sessionQuery.queryKey, session);
      await navigate({ to: '/datasets', replace: true });
    },
  });
  const { error } = reset;
  return (
    <Entrance title="Choose a new password" about="You are signed in with it here, and signed out everywhere else.">
      {secret === '' && <Note tone="warn">The link is not complete: open it again as a whole.</Note>}
      <Form
        className={css.form}
        onSubmit={(event) => {
          event.preventDefault();
          reset.mutate();
        }}
      >
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
          label="New password"
          type="password"
          autoComplete="new-password"
          hint="At least 12 characters: a sentence is best."
          value={password}
          onChange={setPassword}
          faults={faultsAt(error, '/password')}
          isRequired
        />
        {error && !isToldAt(error, places) && <ProblemNote error={error} />}
        <Button type="submit" look="primary" isPending={reset.isPending} isDisabled={secret === ''}>
          Set the password
        </Button>
      </Form>
    </Entrance>
  );
}
