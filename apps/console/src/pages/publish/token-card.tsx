import type { Fault } from '@sluice/contracts/fault';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { itemsOf } from '../../server/lists';
import { tokensQuery } from '../../server/tokens';
import { Card } from '../../ui/card';
import { ComboBox } from '../../ui/combo-box';
import { FaultLines, FieldGroup, TextField } from '../../ui/field';
import fieldCss from '../../ui/field.module.css';
import { ToggleGroup } from '../../ui/toggle-group';
import css from './publish.module.css';
import type { EndpointForm, TokenKind } from './use-endpoint-form';
import type { GivenToken } from './use-publication';

const kinds: readonly { id: TokenKind; label: string }[] = [
  { id: 'new', label: 'A new one' },
  { id: 'existing', label: 'One that exists' },
  { id: 'none', label: 'None yet' },
];

interface CardProps {
  form: EndpointForm;
  faults: readonly Fault[];
  given: Pick<GivenToken, 'name'> | null;
}

/** Chooses the token that is to open the API: a new one, one that exists, or none for now. */
export function TokenCard({ form, faults, given }: CardProps) {
  const { token, changeToken, tokenName } = form;
  if (given) {
    return (
      <Card title="Token">
        <p>
          <strong>{given.name}</strong> is to open it.
        </p>
      </Card>
    );
  }
  return (
    <Card title="Token">
      <FieldGroup legend="Which token opens it">
        <ToggleGroup
          label="Which token opens it"
          choices={kinds}
          value={token.kind}
          onChange={(kind) => changeToken({ kind })}
        />
      </FieldGroup>
      {token.kind === 'new' && (
        <TextField
          label="Name of the token"
          hint="Who or what uses it. Its secret is shown once, as soon as the endpoint is live."
          value={tokenName}
          onChange={(name) => changeToken({ name })}
          faults={faults}
          isRequired
        />
      )}
      {token.kind === 'existing' && <ExistingToken form={form} faults={faults} />}
      {token.kind === 'none' && <p className={css.hint}>Nobody can call it until a token is assigned to it.</p>}
    </Card>
  );
}

function ExistingToken({ form: { token, changeToken }, faults }: { form: EndpointForm; faults: readonly Fault[] }) {
  const [typed, setTyped] = useState('');
  const found = useInfiniteQuery(tokensQuery({ state: 'active', _q: typed.trim() }));
  const active = itemsOf(found.data);
  return (
    <>
      <ComboBox
        label="Token"
        placeholder="Search by name"
        nothing="No token of this name"
        choices={active.map(({ id, name, hint }) => ({ id, label: name, detail: `${hint}…` }))}
        value={token.existing?.id ?? null}
        onChange={(id) => changeToken({ existing: active.find((each) => each.id === id) ?? null })}
        onSearch={setTyped}
      />
      {faults.length > 0 && (
        <p className={fieldCss.error} role="alert">
          <FaultLines faults={faults} />
        </p>
      )}
    </>
  );
}
