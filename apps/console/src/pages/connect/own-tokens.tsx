import type { Session } from '@sluice/contracts/tokens/sessions';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Offer } from '../../server/consents';
import { itemsOf } from '../../server/lists';
import { useMay } from '../../server/may';
import { tokensQuery } from '../../server/tokens';
import tabs from '../../shell/sign-in-form.module.css';
import { Button } from '../../ui/button';
import { ComboBox } from '../../ui/combo-box';
import { Note } from '../../ui/note';
import { ProblemNote } from '../../ui/problem-note';

/** How a choice of token is sent, and what became of it. */
export interface Offering {
  error: unknown;
  isPending: boolean;
  onOffer: (offer: Offer) => void;
}

/** Lets an admin who may lend tokens choose an active one. */
export function OwnTokens({ session, error, isPending, onOffer }: Offering & { session: Session }) {
  const [chosen, setChosen] = useState<string | null>(null);
  const [typed, setTyped] = useState('');
  const mayLend = useMay('editor');
  const active = useInfiniteQuery({ ...tokensQuery({ state: 'active', _q: typed.trim() }), enabled: mayLend });
  const { name, role } = session.admin;
  if (!mayLend)
    return (
      <Note>
        You are signed in as {name}, and your role is {role}. Ask an editor or owner, or paste an access token.
      </Note>
    );
  return (
    <div className={tabs.form}>
      <p>You are signed in as {name}.</p>
      <ComboBox
        label="Token"
        placeholder="Search by name"
        nothing="No active token of this name"
        choices={itemsOf(active.data).map((token) => ({ id: token.id, label: token.name, detail: `${token.hint}…` }))}
        value={chosen}
        onChange={setChosen}
        onSearch={setTyped}
      />
      {error !== null && <ProblemNote error={error} />}
      <Button
        look="primary"
        isDisabled={chosen === null}
        isPending={isPending}
        onPress={() => chosen !== null && onOffer({ tokenId: chosen })}
      >
        Go on
      </Button>
    </div>
  );
}
