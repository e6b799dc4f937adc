import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Tab, TabList, TabPanel, TabPanels, Tabs } from 'react-aria-components/Tabs';
import { type Offer, type Offered, offerToken } from '../../server/consents';
import { faultsAt, isToldAt } from '../../server/problem';
import { sessionQuery } from '../../server/session';
import { SignInForm } from '../../shell/sign-in-form';
import tabs from '../../shell/sign-in-form.module.css';
import { Button } from '../../ui/button';
import { TextField } from '../../ui/field';
import { Form } from '../../ui/form';
import { ProblemNote } from '../../ui/problem-note';
import { type Offering, OwnTokens } from './own-tokens';

interface ChooseTokenProps {
  uid: string;
  onChosen: (offer: Offer, offered: Offered) => void;
}

/** Asks for the token to read in the name of: pasted by whoever has it, or chosen by an admin. */
export function ChooseToken({ uid, onChosen }: ChooseTokenProps) {
  const { data: session } = useQuery(sessionQuery);
  const queryClient = useQueryClient();
  const offering = useMutation({
    mutationFn: (offer: Offer) => offerToken(uid, offer),
    onSuccess: (offered, offer) => onChosen(offer, offered),
  });
  const { error, isPending, mutate } = offering;
  return (
    <Tabs className={tabs.tabs} onSelectionChange={() => offering.reset()}>
      <TabList aria-label="In the name of which token" className={tabs.tabList}>
        <Tab id="paste" className={tabs.tab}>
          Access token
        </Tab>
        <Tab id="admin" className={tabs.tab}>
          Admin
        </Tab>
      </TabList>
      <TabPanels className={tabs.panels}>
        <TabPanel id="paste" className={tabs.panel}>
          <PasteToken error={error} isPending={isPending} onOffer={mutate} />
        </TabPanel>
        <TabPanel id="admin" className={tabs.panel}>
          {session ? (
            <OwnTokens session={session} error={error} isPending={isPending} onOffer={mutate} />
          ) : (
            <SignInForm onSignedIn={(signedIn) => queryClient.setQueryData(sessionQuery.queryKey, signedIn)} />
          )}
        </TabPanel>
      </TabPanels>
    </Tabs>
  );
}

function PasteToken({ error, isPending, onOffer }: Offering) {
  const [secret, setSecret] = useState('');
  return (
    <Form
      className={tabs.form}
      onSubmit={() => {
        onOffer({ secret: secret.trim() });
      }}
    >
      <TextField
        label="Access token"
        type="password"
        autoComplete="off"
        placeholder="slc_…"
        hint="The application does not get to see it."
        value={secret}
        onChange={setSecret}
        faults={faultsAt(error, '/secret')}
        isRequired
        mono
      />
      {error !== null && !isToldAt(error, ['/secret']) && <ProblemNote error={error} />}
      <Button type="submit" look="primary" isPending={isPending}>
        Go on
      </Button>
    </Form>
  );
}
