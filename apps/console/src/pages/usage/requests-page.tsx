import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { ListFilter } from 'lucide-react';
import { useState } from 'react';
import { outcomes, type RequestsWanted, requestsQuery } from '../../server/requests';
import { PageHeader } from '../../shell/page-header';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { DataTable } from '../../ui/data-table';
import { EmptyState } from '../../ui/empty-state';
import { TextField } from '../../ui/field';
import { Loaded } from '../../ui/loaded';
import logCss from '../../ui/log.module.css';
import { Select } from '../../ui/select';
import { ShowOlder } from '../../ui/show-older';
import { ApiFilter } from '../list-filters/api-filter';
import { DatasetFilter } from '../list-filters/dataset-filter';
import { TokenFilter } from '../list-filters/token-filter';
import { requestColumns } from './request-columns';
import css from './usage.module.css';

const ANY = '*';
const outcomeWords = {
  success: 'Answered',
  failure: 'Failed',
  client_error: 'Refused (4xx)',
  server_error: 'Our fault (5xx)',
} as const;

/** Lists the requests of the last 24 hours, with filters that are in the address. */
export function RequestsPage() {
  const wanted = useSearch({ from: '/shell/requests' });
  const navigate = useNavigate();
  const log = useInfiniteQuery(requestsQuery(wanted));
  const want = (search: RequestsWanted) => void navigate({ to: '/requests', search, replace: true });
  const { apiId, tokenId } = wanted;
  return (
    <>
      <PageHeader
        title="Requests"
        about="Each request of the last 24 hours, at all gateways together. Of more than 5 a second for long, a part is kept; usage counts all."
      />
      <Filters key={JSON.stringify(wanted)} wanted={wanted} want={want} />
      <Card flush>
        <Loaded query={log}>
          {({ pages }) => {
            const requests = pages.flatMap(({ data }) => data);
            return requests.length === 0 ? (
              <EmptyState picture={ListFilter} title="No such request">
                None of this kind was made in the last 24 hours. Take a filter away to see more.
              </EmptyState>
            ) : (
              <section className={css.log} aria-label="Requests" tabIndex={0}>
                <DataTable
                  columns={requestColumns({ apiId, tokenId })}
                  items={requests}
                  keyOf={({ requestId }) => requestId}
                />
              </section>
            );
          }}
        </Loaded>
        <ShowOlder log={log} />
      </Card>
    </>
  );
}

/** What is typed is asked for once it is sent. */
function Filters({ wanted, want }: { wanted: RequestsWanted; want: (search: RequestsWanted) => void }) {
  const [code, setCode] = useState(wanted.code ?? '');
  const [requestId, setRequestId] = useState(wanted.requestId ?? '');
  const isNarrow = Object.values(wanted).some((value) => value !== undefined);
  return (
    <form
      className={logCss.filters}
      onSubmit={(event) => {
        event.preventDefault();
        want({ ...wanted, code: code.trim() || undefined, requestId: requestId.trim() || undefined });
      }}
    >
      <Select
        label="Outcome"
        choices={[{ id: ANY, label: 'Any' }, ...outcomes.map((id) => ({ id, label: outcomeWords[id] }))]}
        value={wanted.outcome ?? ANY}
        onChange={(id) => want({ ...wanted, outcome: outcomes.find((each) => each === id) })}
      />
      <ApiFilter id={wanted.apiId} onChoose={(apiId) => want({ ...wanted, apiId })} />
      <TokenFilter id={wanted.tokenId} onChoose={(tokenId) => want({ ...wanted, tokenId })} />
      <DatasetFilter id={wanted.datasetId} onChoose={(datasetId) => want({ ...wanted, datasetId })} />
      <TextField label="Refused with" placeholder="invalid_query" value={code} onChange={setCode} mono />
      <TextField label="Request" placeholder="req_…" value={requestId} onChange={setRequestId} mono />
      <Button type="submit">Find</Button>
      {isNarrow && (
        <Button look="quiet" onPress={() => want({})}>
          Clear
        </Button>
      )}
    </form>
  );
}
