import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { Plus, Waypoints } from 'lucide-react';
import { apisQuery } from '../../server/apis';
import { useMay } from '../../server/may';
import { PageHeader } from '../../shell/page-header';
import { PublishLink } from '../../shell/publish-link';
import { buttonClass } from '../../ui/button';
import { EmptyState } from '../../ui/empty-state';
import { isEmpty, ListCard } from '../../ui/list-card';
import { useFind, useNarrow } from '../../ui/use-find';
import { ApiFilters } from './api-filters';
import { ApisTable } from './apis-table';

export function ApisPage() {
  const wanted = useSearch({ from: '/shell/apis' });
  const { q, sort, method, active, datasetId, tokenId } = wanted;
  const apis = useInfiniteQuery(
    apisQuery({ _q: q, _sort: sort, method, active: active?.toString(), datasetId, tokenId }),
  );
  const find = useFind();
  const narrow = useNarrow();
  const isNarrowed = [method, active, datasetId, tokenId].some((filter) => filter !== undefined);
  const mayEdit = useMay('editor');
  const create = mayEdit && (
    <>
      <PublishLink look="plain" />
      <Link to="/apis/new" search={{ dataset: undefined, version: undefined }} className={buttonClass('primary')}>
        <Plus aria-hidden="true" />
        Create custom API
      </Link>
    </>
  );
  return (
    <>
      <PageHeader
        title="Output APIs"
        about="Endpoints over your datasets. Each one answers the tokens that are assigned to it, while it is on."
        actions={!isEmpty(apis.data, q, isNarrowed) && create}
      />
      <ListCard
        query={apis}
        noun="APIs"
        words={q}
        onWords={find}
        filters={<ApiFilters wanted={wanted} />}
        isNarrowed={isNarrowed}
        empty={
          <EmptyState picture={Waypoints} title="No API yet" action={create}>
            An API turns a dataset, or one of its versions, into an endpoint. Choose the data, name the API, switch it
            on, and assign a token to it.
          </EmptyState>
        }
      >
        {(list) => <ApisTable apis={list} sort={sort} onSort={(next) => narrow({ sort: next })} />}
      </ListCard>
    </>
  );
}
