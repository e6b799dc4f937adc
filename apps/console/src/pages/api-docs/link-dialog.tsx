import type { Fault } from '@sluice/contracts/fault';
import type { Format } from '@sluice/contracts/formats';
import type { Api } from '@sluice/contracts/registry/apis';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { makeLink } from '../../server/api-test';
import { faultsAt, Refusal } from '../../server/problem';
import { tokensAssignedQuery } from '../../server/tokens';
import { TextField } from '../../ui/field';
import { FormDialog, SecretDialog } from '../../ui/form-dialog';
import { formatNames } from '../../ui/names';
import { Select } from '../../ui/select';
import { dateTime } from '../../ui/units';
import { exportQueryOf } from './query-form';

const lives = [
  { id: '900', label: '15 minutes' },
  { id: '3600', label: '1 hour' },
  { id: '86400', label: '1 day' },
];

interface LinkDialogProps {
  api: Api;
  /** The query that stands in the form of the page, to begin with. */
  query: string;
  tokenId: string | null;
  onClose: () => void;
}

/** Asks what a link is to give, for how long and in whose name, then shows its address once. */
export function LinkDialog({ api, query: asked, tokenId: chosen, onClose }: LinkDialogProps) {
  const { data: assigned = [] } = useQuery(tokensAssignedQuery(api.id));
  const [format, setFormat] = useState<Format>(
    api.formats.includes('parquet') ? 'parquet' : (api.formats[0] ?? 'json'),
  );
  const [query, setQuery] = useState(() => exportQueryOf(asked));
  const [life, setLife] = useState('900');
  const [tokenId, setTokenId] = useState(chosen ?? '');
  const name = assigned.find(({ id }) => id === tokenId)?.name ?? 'the token';
  const make = useMutation({
    mutationFn: () => makeLink(api.id, { format, query, expiresIn: Number(life), tokenId }),
  });
  const { data: link, error } = make;
  if (link) {
    return (
      <SecretDialog
        title="The link is ready"
        label="Link"
        secret={link.url}
        kept="It is stored nowhere."
        onClose={onClose}
      >
        <p>
          Whoever has it can read these rows, until {dateTime(link.expiresAt)} at the latest. Revoking {name} ends it at
          once; rotating that token ends it together with the old secret.
        </p>
      </SecretDialog>
    );
  }
  const formatFaults = [...faultsAt(error, '/format'), ...faultsAt(error, '_format')];
  const queryFaults = faultsOfQuery(error);
  const places = ['/format', '/tokenId', ...queryFaults.map(({ name, pointer }) => name ?? pointer ?? ''), '_format'];
  return (
    <FormDialog title="Make a link" action="Make link" task={make} places={places} onClose={onClose}>
      <p>An address of rows as they are now, for programs that cannot send a token.</p>
      <Select
        label="Format"
        choices={api.formats.map((id) => ({ id, label: formatNames[id] }))}
        value={format}
        onChange={(id) => setFormat(api.formats.find((each) => each === id) ?? format)}
        faults={formatFaults}
      />
      <TextField
        label="Query"
        hint="As behind the address; empty is all rows."
        value={query}
        onChange={setQuery}
        faults={queryFaults}
        spellCheck="false"
        autoComplete="off"
        mono
      />
      <Select label="Good for" choices={lives} value={life} onChange={setLife} />
      <Select
        label="In the name of"
        hint="The link counts among its requests and rows, and ends with it."
        choices={assigned.map(({ id, name, state, hint }) => ({
          id,
          label: name,
          detail: state === 'active' ? `${hint}…` : state,
        }))}
        value={tokenId}
        onChange={setTokenId}
        faults={faultsAt(error, '/tokenId')}
      />
    </FormDialog>
  );
}

/** What is wrong with the query, whichever of its parameters it is told of. */
function faultsOfQuery(error: unknown): readonly Fault[] {
  if (!(error instanceof Refusal)) return [];
  return error.faults.filter((fault) => (fault.in === 'query' ? fault.name !== '_format' : fault.pointer === '/query'));
}
