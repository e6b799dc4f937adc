import type { Api } from '@sluice/contracts/registry/apis';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { Database, Play } from 'lucide-react';
import { useState } from 'react';
import { apiQuery } from '../../server/apis';
import { Refusal } from '../../server/problem';
import { tokensAssignedQuery } from '../../server/tokens';
import { PageHeader } from '../../shell/page-header';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { EmptyState } from '../../ui/empty-state';
import { TextField } from '../../ui/field';
import { Loaded } from '../../ui/loaded';
import { Note } from '../../ui/note';
import { ProblemNote } from '../../ui/problem-note';
import { Select } from '../../ui/select';
import { ToggleGroup } from '../../ui/toggle-group';
import { bytes, milliseconds } from '../../ui/units';
import { RowsGrid } from '../rows/rows-grid';
import { isNumeric } from './numeric-types';
import css from './query.module.css';
import { ResultChart } from './result-chart';
import { type Answered, tableName, useBrowserQuery } from './use-browser-query';

/** SQL over what an API shows, worked out in this browser: the server gives ranges of a file and nothing else. */
export function QueryPage() {
  const { apiId } = useParams({ from: '/shell/apis/$apiId/query' });
  const api = useQuery(apiQuery(apiId));
  return <Loaded query={api}>{(data) => <Queries api={data} />}</Loaded>;
}

function Queries({ api }: { api: Api }) {
  const table = tableName(api);
  const { data: assigned = [] } = useQuery(tokensAssignedQuery(api.id));
  const [sql, setSql] = useState(`SELECT *\nFROM ${table}\nLIMIT 100`);
  const [chosen, setChosen] = useState<string | null>(null);
  const tokenId = chosen ?? api.tokenIds[0] ?? null;
  const query = useBrowserQuery(api, tokenId);
  const run = () => query.mutate(sql);
  return (
    <>
      <PageHeader
        title={`Query ${api.name}`}
        about="SQL in this browser: only the columns that a statement needs are fetched, by ranges of the Parquet file."
        back={{ to: '/apis/$apiId/code', params: { apiId: api.id }, label: api.name }}
      />
      <div className={css.sides}>
        <Card
          title="SQL"
          actions={
            <Button look="primary" isPending={query.isPending} onPress={run} isDisabled={tokenId === null}>
              <Play aria-hidden="true" />
              Run
            </Button>
          }
        >
          <TextField
            label="Statement"
            hint={`One table, ${table}. Ctrl+Enter runs it.`}
            value={sql}
            onChange={setSql}
            onKeyDown={(event) => {
              if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) run();
            }}
            rows={10}
            spellCheck="false"
            mono
          />
          <Select
            label="In the name of"
            hint="The link to the file counts among its requests, and ends with it."
            choices={assigned.map(({ id, name, hint }) => ({ id, label: name, detail: `${hint}…` }))}
            value={tokenId ?? ''}
            onChange={setChosen}
          />
          {tokenId === null && <Note tone="warn">Assign a token to the API first.</Note>}
        </Card>
        <Results answered={query.data} error={query.error} isPending={query.isPending} />
      </div>
    </>
  );
}

function Results({
  answered,
  error,
  isPending,
}: {
  answered: Answered | undefined;
  error: unknown;
  isPending: boolean;
}) {
  const [view, setView] = useState<'grid' | 'chart'>('grid');
  return (
    <Card
      title="Result"
      actions={
        <ToggleGroup
          label="Show as"
          choices={[
            { id: 'grid', label: 'Grid' },
            { id: 'chart', label: 'Chart' },
          ]}
          value={view}
          onChange={setView}
        />
      }
    >
      <div aria-live="polite" aria-busy={isPending}>
        {error !== null && !isPending && <QueryProblem error={error} />}
        {!answered && error === null && (
          <EmptyState picture={Database} title={isPending ? 'Working…' : 'No result yet'}>
            {isPending ? 'The first statement also fetches the database, some 8 MB.' : 'Run a statement.'}
          </EmptyState>
        )}
        {answered && (
          <>
            <p className={css.hint}>{told(answered)}</p>
            {view === 'grid' ? (
              <RowsGrid
                fields={answered.result.columns.map(({ name, type }) => ({
                  name,
                  type: isNumeric(type) ? ('number' as const) : ('text' as const),
                }))}
                rows={answered.result.rows}
                label="Rows of the result"
              />
            ) : (
              <ResultChart {...answered.result} />
            )}
          </>
        )}
      </div>
    </Card>
  );
}

/** DuckDB says itself what it did not understand. */
function QueryProblem({ error }: { error: unknown }) {
  if (error instanceof Refusal || !(error instanceof Error)) return <ProblemNote error={error} />;
  return <Note tone="warn">{error.message}</Note>;
}

function told({ result, fetched, milliseconds: took }: Answered): string {
  const { rows, hasMore } = result;
  const count = hasMore ? `the first ${rows.length} rows` : rows.length === 1 ? '1 row' : `${rows.length} rows`;
  return `${count} · ${milliseconds(took)} · ${bytes(fetched.bytes)} of ${bytes(fetched.ofBytes)} fetched in ${fetched.ranges} ranges so far`;
}
