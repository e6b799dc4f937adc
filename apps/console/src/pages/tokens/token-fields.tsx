import { useState } from 'react';
import { faultsAt, faultsUnder } from '../../server/problem';
import { TextField } from '../../ui/field';
import { Fold } from '../../ui/fold';
import { Select } from '../../ui/select';
import { amounts, localMoment, type TokenDraft } from './token-draft';
import css from './tokens.module.css';

const DAY_MS = 86_400_000;
const CHOSEN = 'chosen';
const NEVER = '0';
const lifetimes = [
  { id: NEVER, label: 'Never' },
  { id: '30', label: 'In 30 days' },
  { id: '90', label: 'In 90 days' },
  { id: '365', label: 'In a year' },
  { id: CHOSEN, label: 'At a date that I choose' },
];

const labels: Readonly<Record<(typeof amounts)[number], string>> = {
  requestsPerSecond: 'Requests a second',
  burst: 'Requests at once',
  requestsPerDay: 'Requests a day',
  requestsPerMonth: 'Requests a month',
  rowsPerDay: 'Rows a day',
  rowsPerMonth: 'Rows a month',
  bytesPerDay: 'Bytes a day',
  bytesPerMonth: 'Bytes a month',
  queryMsPerDay: 'Query milliseconds a day',
  queryMsPerMonth: 'Query milliseconds a month',
};

/** The places whose faults these fields show; any other needs a place of its own. */
export const tokenPlaces = ['/name', '/description', '/expiresAt', '/limits'];

/** Edits what a token is for, until when it works, and what it may use. */
export function TokenFields({
  draft,
  change,
  error,
  autoFocus,
}: {
  draft: TokenDraft;
  change: (part: Partial<TokenDraft>) => void;
  error: unknown;
  autoFocus?: boolean;
}) {
  const [lifetime, setLifetime] = useState(draft.expires === '' ? NEVER : CHOSEN);
  const hasMore =
    draft.description !== '' || draft.addresses !== '' || Object.values(draft.amounts).some((amount) => amount !== '');
  const expire = (id: string) => {
    setLifetime(id);
    if (id === NEVER) change({ expires: '' });
    else change({ expires: localMoment(new Date(Date.now() + (id === CHOSEN ? 30 : Number(id)) * DAY_MS)) });
  };
  return (
    <>
      <TextField
        label="Name"
        placeholder="Billing system"
        hint="Who or what uses it, so that you recognise it later."
        value={draft.name}
        onChange={(name) => change({ name })}
        faults={faultsAt(error, '/name')}
        isRequired
        autoFocus={autoFocus}
      />
      <Select label="Expires" choices={lifetimes} value={lifetime} onChange={expire} />
      {lifetime === CHOSEN && (
        <TextField
          label="Expires at"
          type="datetime-local"
          value={draft.expires}
          onChange={(expires) => change({ expires })}
          faults={faultsAt(error, '/expiresAt')}
        />
      )}
      <div className={css.more}>
        <Fold title="Description and limits" level={3} isOpen={hasMore}>
          <TextField
            label="Description"
            value={draft.description}
            onChange={(description) => change({ description })}
            faults={faultsAt(error, '/description')}
            rows={2}
          />
          <TextField
            label="Allowed addresses"
            placeholder={'any\n192.0.2.0/24'}
            hint="IPv4 or IPv6 addresses or blocks, one a line. Empty is any."
            value={draft.addresses}
            onChange={(addresses) => change({ addresses })}
            faults={faultsUnder(error, '/limits/allowedAddresses')}
            rows={2}
            mono
          />
          <div className={css.amounts}>
            {amounts.map((each) => (
              <TextField
                key={each}
                label={labels[each]}
                placeholder="no limit"
                inputMode="numeric"
                value={draft.amounts[each]}
                onChange={(text) => change({ amounts: { ...draft.amounts, [each]: text.replace(/\D/g, '') } })}
                faults={faultsAt(error, `/limits/${each}`)}
              />
            ))}
          </div>
          <p className={css.hint}>They count over all gateways together; days and months are those of UTC.</p>
        </Fold>
      </div>
    </>
  );
}
