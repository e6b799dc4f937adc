import type { Session } from '@sluice/contracts/tokens/sessions';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { Tab, TabList, TabPanel, TabPanels, Tabs } from 'react-aria-components/Tabs';
import { signIn } from '../server/session';
import { Button } from '../ui/button';
import { TextField } from '../ui/field';
import { Form } from '../ui/form';
import { ProblemNote } from '../ui/problem-note';
import css from './sign-in-form.module.css';

/** By account or by admin key. */
export function SignInForm({ onSignedIn }: { onSignedIn: (session: Session) => void }) {
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [adminKey, setAdminKey] = useState('');
  const attempt = useMutation({ mutationFn: signIn, onSuccess: onSignedIn });
  return (
    <Tabs className={css.tabs} onSelectionChange={() => attempt.reset()}>
      <TabList aria-label="How to sign in" className={css.tabList}>
        <Tab id="account" className={css.tab}>
          Account
        </Tab>
        <Tab id="key" className={css.tab}>
          Admin key
        </Tab>
      </TabList>
      <TabPanels className={css.panels}>
        <TabPanel id="account" className={css.panel}>
          <Form
            className={css.form}
            onSubmit={() => {
              attempt.mutate({ email, password });
            }}
          >
            <TextField
              label="Email"
              type="email"
              autoComplete="username"
              value={email}
              onChange={setEmail}
              isRequired
            />
            <TextField
              label="Password"
              type="password"
              autoComplete="current-password"
              value={password}
              onChange={setPassword}
              isRequired
            />
            <Submit pending={attempt.isPending} error={attempt.error} />
          </Form>
        </TabPanel>
        <TabPanel id="key" className={css.panel}>
          <Form
            className={css.form}
            onSubmit={() => {
              attempt.mutate({ adminKey: adminKey.trim() });
            }}
          >
            <TextField
              label="Admin key"
              type="password"
              autoComplete="off"
              placeholder="sla_…"
              hint="Printed in the terminal at the first start."
              value={adminKey}
              onChange={setAdminKey}
              isRequired
              mono
            />
            <Submit pending={attempt.isPending} error={attempt.error} />
          </Form>
        </TabPanel>
      </TabPanels>
    </Tabs>
  );
}

function Submit({ pending, error }: { pending: boolean; error: unknown }) {
  return (
    <>
      {error !== null && <ProblemNote error={error} />}
      <Button type="submit" look="primary" isPending={pending}>
        Sign in
      </Button>
    </>
  );
}
