import type { Session } from '@sluice/contracts/tokens/sessions';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { faultsAt, isToldAt } from '../../server/problem';
import { sessionQuery } from '../../server/session';
import { Button } from '../../ui/button';
import { TextField } from '../../ui/field';
import { Form } from '../../ui/form';
import { Note } from '../../ui/note';
import { ProblemNote } from '../../ui/problem-note';
import { linkSecret } from './link-secret';
import css from './session.module.css';

interface LinkFormProps {
  /** Spends the link; the person is signed in by it. */
  spend: (sent: { secret: string; email: string; password: string }) => Promise<Session>;
  passwordLabel: string;
  action: string;
  /** The places whose faults the fields above show. */
  places?: string[];
  /** Fields above those that every link asks for. */
  fields?: (error: Error | null) => ReactNode;
}

/** Asks, for a one-time link, for the email that it was made for and a password to sign in with from now on. */
export function LinkForm({ spend, passwordLabel, action, places = [], fields }: LinkFormProps) {
  const [secret] = useState(linkSecret);
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const spending = useMutation({
    mutationFn: () => spend({ secret, email, password }),
    onSuccess: async (session) => {
      queryClient.setQueryData(sessionQuery.queryKey, session);
      await navigate({ to: '/datasets', replace: true });
    },
  });
  const { error } = spending;
  return (
    <>
      {secret === '' && <Note tone="warn">The link is not complete: open it again as a whole.</Note>}
      <Form
        className={css.form}
        onSubmit={() => {
          spending.mutate();
        }}
      >
        {fields?.(error)}
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
          label={passwordLabel}
          type="password"
          autoComplete="new-password"
          hint="At least 12 characters: a sentence is best."
          value={password}
          onChange={setPassword}
          faults={faultsAt(error, '/password')}
          isRequired
        />
        {error && !isToldAt(error, ['/email', '/password', ...places]) && <ProblemNote error={error} />}
        <Button type="submit" look="primary" isPending={spending.isPending} isDisabled={secret === ''}>
          {action}
        </Button>
      </Form>
    </>
  );
}
