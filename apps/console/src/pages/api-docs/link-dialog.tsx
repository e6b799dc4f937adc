import type { Fault } from '@sluice/contracts/fault';
import type { Format } from '@sluice/contracts/formats';
import type { Api } from '@sluice/contracts/registry/apis';
import { offeredFormats } from '@sluice/query/values/offered-formats';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { linksKey, makeLink } from '../../server/links';
import { faultsAt, Refusal } from '../../server/problem';
import { tokensAssignedQuery } from '../../server/tokens';
import { TextField } from '../../ui/field';
import { FormDialog, SecretDialog } from '../../ui/form-dialog';
import { formatNames } from '../../ui/names';
import { Select } from '../../ui/select';
import { Switch } from '../../ui/switch';
import { dateTime } from '../../ui/units';
import { livesUpTo, longestLife, usualLife } from '../links/lives';
import { exportQueryOf } from './query-form';

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
  const offered = offeredFormats(api.formats);
  const [query, setQuery] = useState(() => exportQueryOf(asked));
  const [wantsLatest, setWantsLatest] = useState(false);
  const [life, setLife] = useState<number | null>(null);
  const [tokenId, setTokenId] = useState(chosen ?? '');
  const name = assigned.find(({ id }) => id === tokenId)?.name ?? 'the token';
  const mayLatest = api.links.latestDays !== null;
  const latest = wantsLatest && mayLatest;
  const max = longestLife(api.links, latest);
  const expiresIn = life ?? usualLife(max, latest);
  const queryClient = useQueryClient();
  const make = useMutation({
    mutationFn: () => makeLink(api.id, { format, query, latest, expiresIn, tokenId }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: linksKey }),
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
          Whoever has it can read {latest ? 'these rows and those to come' : 'these rows'}, until{' '}
          {dateTime(link.expiresAt)} at the latest. Revoking {name} ends it at once; rotating that token ends it
          together with the old secret. Under Links it can be ended alone.
        </p>
      </SecretDialog>
    );
  }
  const formatFaults = [...faultsAt(error, '/format'), ...faultsAt(error, '_format')];
  const queryFaults = faultsOfQuery(error);
  const places = [
    '/format',
    '/tokenId',
    '/expiresIn',
    '/latest',
    ...queryFaults.map(({ name, pointer }) => name ?? pointer ?? ''),
    '_format',
  ];
  return (
    <FormDialog title="Make a link" action="Make link" task={make} places={places} onClose={onClose}>
      <p>An address of rows for programs that cannot send a token.</p>
      <Select
        label="Format"
        choices={offered.map((id) => ({ id, label: formatNames[id] }))}
        value={format}
        onChange={(id) => setFormat(offered.find((each) => each === id) ?? format)}
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
      {mayLatest && (
        <Switch
          label="Always the latest rows, instead of those of now"
          isSelected={latest}
          onChange={(selected) => {
            setWantsLatest(selected);
            setLife(null);
          }}
        />
      )}
      <Select
        label="Good for"
        choices={livesUpTo(max)}
        value={String(expiresIn)}
        onChange={(seconds) => setLife(Number(seconds))}
        faults={[...faultsAt(error, '/expiresIn'), ...faultsAt(error, '/latest')]}
      />
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
