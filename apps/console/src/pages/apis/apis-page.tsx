import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Plus, Waypoints } from 'lucide-react';
import { apisQuery } from '../../server/apis';
import { useMay } from '../../server/may';
import { PageHeader } from '../../shell/page-header';
import { buttonClass } from '../../ui/button';
import { EmptyState } from '../../ui/empty-state';
import { ListCard } from '../../ui/list-card';
import { ApisTable } from './apis-table';
import { DomainsCard } from './domains-card';

export function ApisPage() {
  const apis = useQuery(apisQuery);
  const mayEdit = useMay('editor');
  const create = mayEdit && (
    <Link to="/apis/new" search={{ dataset: undefined, version: undefined }} className={buttonClass('primary')}>
      <Plus aria-hidden="true" />
      Create custom API
    </Link>
  );
  return (
    <>
      <PageHeader
        title="Output APIs"
        about="Endpoints over your datasets. Each one answers the tokens that are assigned to it, while it is on."
        actions={apis.data?.length !== 0 && create}
      />
      <ListCard
        query={apis}
        noun="APIs"
        textOf={({ name, description, path, method }) => `${name} ${description} ${path} ${method}`}
        empty={
          <EmptyState picture={Waypoints} title="No API yet" action={create}>
            An API turns a dataset, or one of its versions, into an endpoint. Choose the data, name the API, switch it
            on, and assign a token to it.
          </EmptyState>
        }
      >
        {(list) => <ApisTable apis={list} />}
      </ListCard>
      <DomainsCard />
    </>
  );
}
