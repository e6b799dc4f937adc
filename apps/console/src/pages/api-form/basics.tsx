import type { Fault } from '@sluice/contracts/fault';
import { useQuery } from '@tanstack/react-query';
import { domainsQuery } from '../../server/apis';
import { Button } from '../../ui/button';
import { TextField } from '../../ui/field';
import { Select } from '../../ui/select';
import css from './api-form.module.css';
import type { Draft } from './draft';
import { faultsUnder } from './faults-under';

const ANY = '*';
const methods = [
  { id: 'GET', label: 'GET', detail: 'reads rows' },
  { id: 'POST', label: 'POST', detail: 'adds rows' },
];

/** Edits the API's name and address, checked while one types. */
export function Basics({
  draft,
  change,
  faults,
  checking,
}: {
  draft: Draft;
  change: (part: Partial<Draft>) => void;
  faults: readonly Fault[];
  checking: boolean;
}) {
  const { data: domains = [] } = useQuery(domainsQuery);
  const pathFaults = faultsUnder(faults, '/path');
  const [suggestion] = pathFaults.flatMap(({ suggestions = [] }) => suggestions);
  const host = draft.domain ?? window.location.host;
  return (
    <>
      <TextField
        label="API name"
        placeholder="Orders by region"
        value={draft.name}
        onChange={(name) => change({ name })}
        faults={faultsUnder(faults, '/name')}
        isRequired
      />
      <TextField
        label="Description"
        hint="Consumers read it in the documentation."
        value={draft.description}
        onChange={(description) => change({ description })}
        faults={faultsUnder(faults, '/description')}
        rows={2}
      />
      <div className={css.columns}>
        <Select
          label="Method"
          choices={methods}
          value={draft.method}
          onChange={(id) => change(id === 'POST' ? { method: 'POST', version: null } : { method: 'GET' })}
        />
        <Select
          label="Domain"
          choices={[
            { id: ANY, label: 'Every domain', detail: 'of this installation' },
            ...domains.map(({ name }) => ({ id: name, label: name })),
          ]}
          value={draft.domain ?? ANY}
          onChange={(id) => change({ domain: id === ANY ? null : id })}
        />
      </div>
      <div className={css.path}>
        <TextField
          label="Path"
          placeholder="made from the name"
          hint="Lower-case letters, digits and hyphens, with / between: sales/orders"
          value={draft.path}
          onChange={(path) => change({ path })}
          faults={pathFaults}
          autoComplete="off"
          spellCheck="false"
          mono
        />
        {suggestion && <Button onPress={() => change({ path: suggestion })}>Use {suggestion}</Button>}
      </div>
      <p className={css.endpoint} aria-live="polite">
        <span>{draft.method}</span>
        <code>
          {host}/api/{draft.path || '…'}
        </code>
        <span className={css.checking}>
          {checking ? 'checking' : pathFaults.length === 0 && draft.path !== '' ? 'free' : ''}
        </span>
      </p>
    </>
  );
}
