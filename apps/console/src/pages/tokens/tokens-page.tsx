import { useInfiniteQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { KeyRound } from 'lucide-react';
import { useMay } from '../../server/may';
import { tokenStates, tokensQuery } from '../../server/tokens';
import { PageHeader } from '../../shell/page-header';
import { EmptyState } from '../../ui/empty-state';
import { ListCard } from '../../ui/list-card';
import { Select } from '../../ui/select';
import { useFind, useNarrow } from '../../ui/use-find';
import { ApiFilter } from '../list-filters/api-filter';
import { NewTokenCard } from './new-token-card';
import css from './tokens.module.css';
import { TokensTable } from './tokens-table';

const ANY = '*';

export function TokensPage() {
  const { q, sort, state, apiId } = useSearch({ from: '/shell/tokens' });
  const tokens = useInfiniteQuery(tokensQuery({ _q: q, _sort: sort, state, apiId }));
  const find = useFind();
  const narrow = useNarrow();
  const isNarrowed = state !== undefined || apiId !== undefined;
  const mayEdit = useMay('editor');
  return (
    <>
      <PageHeader
        title="Tokens"
        about="A token opens the APIs that it is assigned to, and nothing else. Give each consumer one of their own."
      />
      <div className={css.stack}>
        {mayEdit && <NewTokenCard />}
        <ListCard
          query={tokens}
          noun="tokens"
          words={q}
          onWords={find}
          filters={
            <>
              <Select
                label="Filter by state"
                hideLabel
                choices={[{ id: ANY, label: 'Any state' }, ...tokenStates.map((id) => ({ id, label: id }))]}
                value={state ?? ANY}
                onChange={(id) => narrow({ state: tokenStates.find((each) => each === id) })}
              />
              <ApiFilter id={apiId} onChoose={(id) => narrow({ apiId: id })} />
            </>
          }
          isNarrowed={isNarrowed}
          empty={
            <EmptyState picture={KeyRound} title="No token yet">
              Generate one for each system that is to read your APIs, then assign it to an API.
            </EmptyState>
          }
        >
          {(list) => <TokensTable tokens={list} sort={sort} onSort={(next) => narrow({ sort: next })} />}
        </ListCard>
      </div>
    </>
  );
}
