import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { faultsAt, isToldAt } from '../../server/problem';
import { changePassword, sessionQuery } from '../../server/session';
import { PageHeader } from '../../shell/page-header';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { TextField } from '../../ui/field';
import { Form } from '../../ui/form';
import { ProblemNote } from '../../ui/problem-note';
import { say } from '../../ui/toasts';
import { AdminKeysCard } from './admin-keys-card';
import css from './users.module.css';

/** Shows what is one's own: the password and the admin keys. */
export function ProfilePage() {
  const { data: session } = useQuery(sessionQuery);
  const adminId = session?.admin.id;
  return (
    <>
      <PageHeader title="Your profile" about={session?.admin.email} />
      <div className={css.stack}>
        <PasswordCard />
        {adminId && <AdminKeysCard adminId={adminId} />}
      </div>
    </>
  );
}

function PasswordCard() {
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const change = useMutation({
    mutationFn: () => changePassword({ current, next }),
    onSuccess: () => {
      setCurrent('');
      setNext('');
      say('Your password is changed');
    },
  });
  const { error } = change;
  return (
    <Card title="Password">
      <Form
        className={css.form}
        onSubmit={() => {
          change.mutate();
        }}
      >
        <TextField
          label="Current password"
          type="password"
          autoComplete="current-password"
          value={current}
          onChange={setCurrent}
          faults={faultsAt(error, '/current')}
        />
        <TextField
          label="New password"
          type="password"
          autoComplete="new-password"
          hint="12 characters or more. Every other session of yours ends."
          value={next}
          onChange={setNext}
          faults={faultsAt(error, '/next')}
        />
        {error && !isToldAt(error, ['/current', '/next']) && <ProblemNote error={error} />}
        <div>
          <Button type="submit" look="primary" isPending={change.isPending}>
            Change password
          </Button>
        </div>
      </Form>
    </Card>
  );
}
