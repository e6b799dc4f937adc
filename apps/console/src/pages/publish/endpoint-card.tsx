import type { Fault } from '@sluice/contracts/fault';
import type { ReactNode } from 'react';
import { Card } from '../../ui/card';
import { TextField } from '../../ui/field';
import { Address, DomainField } from '../api-form/address';
import css from './publish.module.css';
import type { EndpointForm } from './use-endpoint-form';

interface CardProps {
  form: EndpointForm;
  /** What was refused when it was sent. */
  refused: readonly Fault[];
  /** The API is there: it is changed on its own page. */
  isMade: boolean;
  /** The way to what does not stand here. */
  children: ReactNode;
}

/** Edits name, domain and path of the new API, with its whole address as it stands. */
export function EndpointCard({ form: { draft, change, validity }, refused, isMade, children }: CardProps) {
  const live = isMade ? [] : validity.faults;
  const faults = [...live, ...refused.filter(({ pointer }) => !live.some((fault) => fault.pointer === pointer))];
  return (
    <Card title="Endpoint">
      <TextField
        label="API name"
        value={draft.name}
        onChange={(name) => change({ name })}
        faults={faults.filter(({ pointer }) => pointer === '/name')}
        isDisabled={isMade}
        isRequired
      />
      <DomainField draft={draft} change={change} isDisabled={isMade} />
      <Address draft={draft} change={change} validity={validity} faults={faults} isDisabled={isMade} />
      {children}
      <p className={css.hint}>Row filters, parameters, limits and APIs that take rows are in the full form.</p>
    </Card>
  );
}
