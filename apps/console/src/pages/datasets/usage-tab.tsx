import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { Waypoints } from 'lucide-react';
import { apisOverQuery } from '../../server/apis';
import { useMay } from '../../server/may';
import { buttonClass } from '../../ui/button';
import { Card } from '../../ui/card';
import { EmptyState } from '../../ui/empty-state';
import { Loaded } from '../../ui/loaded';
import { ApisTable } from '../apis/apis-table';
import { LiveTail } from '../usage/live-tail';
import { UsageSection } from '../usage/usage-section';
import css from './datasets.module.css';

/** The APIs over a dataset, and how they are used. */
export function UsageTab() {
  const { datasetId } = useParams({ from: '/shell/datasets/$datasetId' });
  const apis = useQuery(apisOverQuery(datasetId));
  return (
    <Loaded query={apis}>
      {(used) => (
        <div className={css.stack}>
          <Card title="APIs using it" flush>
            {used.length > 0 ? <ApisTable apis={used} hideDataset /> : <NoApi datasetId={datasetId} />}
          </Card>
          {used.length > 0 && (
            <UsageSection of={{ datasetId }}>
              <LiveTail of={{ datasetId }} />
            </UsageSection>
          )}
        </div>
      )}
    </Loaded>
  );
}

function NoApi({ datasetId }: { datasetId: string }) {
  const mayEdit = useMay('editor');
  return (
    <EmptyState
      picture={Waypoints}
      title="No API uses it yet"
      action={
        mayEdit && (
          <Link to="/apis/new" search={{ dataset: datasetId, version: undefined }} className={buttonClass('primary')}>
            Create an API
          </Link>
        )
      }
    >
      An API gives its rows to whoever has a token for it.
    </EmptyState>
  );
}
