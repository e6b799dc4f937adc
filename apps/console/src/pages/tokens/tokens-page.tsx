import { useInfiniteQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { KeyRound, Plus } from 'lucide-react';
import { useState } from 'react';
import { useMay } from '../../server/may';
import { tokenStates, tokensQuery } from '../../server/tokens';
import { PageHeader } from '../../shell/page-header';
import { Button } from '../../ui/button';
import { EmptyState } from '../../ui/empty-state';
import { isEmpty, ListCard } from '../../ui/list-card';
import { Select } from '../../ui/select';
import { useFind, useNarrow } from '../../ui/use-find';
import { GenerateTokenDialog } from './generate-token-dialog';
import { TokensTable } from './tokens-table';

const ANY = '*';

export function TokensPage() {
  const { q, sort, state } = useSearch({ from: '/shell/tokens' });
  const tokens = useInfiniteQuery(tokensQuery({ _q: q, _sort: sort, state }));
  const find = useFind();
  const narrow = useNarrow();
  const isNarrowed = state !== undefined;
  const [generating, setGenerating] = useState(false);
  const mayEdit = useMay('editor');
  const generate = mayEdit && (
    <Button look="primary" onPress={() => setGenerating(true)}>
      <Plus aria-hidden="true" />
      Generate New Token
    </Button>
  );
  return (
    <>
      <PageHeader
        title="Tokens"
        about="A token opens the APIs that it is assigned to, and nothing else. Give each consumer one of their own."
        actions={!isEmpty(tokens.data, q, isNarrowed) && generate}
      />
      <ListCard
        query={tokens}
        noun="tokens"
        words={q}
        onWords={find}
        filters={
          <Select
            label="Filter by state"
            hideLabel
            choices={[{ id: ANY, label: 'Any state' }, ...tokenStates.map((id) => ({ id, label: id }))]}
            value={state ?? ANY}
            onChange={(id) => narrow({ state: tokenStates.find((each) => each === id) })}
          />
        }
        isNarrowed={isNarrowed}
        empty={
          <EmptyState picture={KeyRound} title="No token yet" action={generate}>
            Generate one for each system that is to read your APIs, then assign it to an API.
          </EmptyState>
        }
      >
        {(list) => <TokensTable tokens={list} sort={sort} onSort={(next) => narrow({ sort: next })} />}
      </ListCard>
      {generating && <GenerateTokenDialog onClose={() => setGenerating(false)} />}
    </>
  );
}
