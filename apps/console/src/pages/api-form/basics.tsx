import type { Fault } from '@sluice/contracts/fault';
import { TextField } from '../../ui/field';
import { Select } from '../../ui/select';
import { Address, DomainField } from './address';
import css from './api-form.module.css';
import type { Draft } from './draft';
import { faultsUnder } from './faults-under';
import type { Validity } from './use-validity';

const methods = [
  { id: 'GET', label: 'GET', detail: 'reads rows' },
  { id: 'POST', label: 'POST', detail: 'adds rows' },
];

/** Edits the API's name and address, checked while one types. */
export function Basics({
  draft,
  change,
  faults,
  validity,
}: {
  draft: Draft;
  change: (part: Partial<Draft>) => void;
  faults: readonly Fault[];
  validity: Validity;
}) {
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
        <DomainField draft={draft} change={change} />
      </div>
      <Address draft={draft} change={change} validity={validity} faults={faults} />
    </>
  );
}
