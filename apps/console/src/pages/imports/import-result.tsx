import type { Import } from '@sluice/contracts/catalogue/imports';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { CircleCheck } from 'lucide-react';
import { versionQuery } from '../../server/datasets';
import { rowsQuery } from '../../server/rows';
import { buttonClass } from '../../ui/button';
import { Card } from '../../ui/card';
import { Loaded } from '../../ui/loaded';
import { plural } from '../../ui/units';
import { RowsGrid } from '../rows/rows-grid';
import css from './imports.module.css';
import { WarningList } from './warning-list';

/** Shows what came of the file, and where to go on. */
export function ImportResult({ datasetId, state }: { datasetId: string; state: Import }) {
  const number = state.version ?? 1;
  const version = useQuery(versionQuery(datasetId, number));
  const rows = useInfiniteQuery(rowsQuery({ datasetId, number }, '_limit=50'));
  return (
    <div className={css.result}>
      <Card>
        <div className={css.done}>
          <CircleCheck aria-hidden="true" />
          <div>
            <h2>Version {number} is published</h2>
            <p>
              {plural(state.rows, 'row')}
              {version.data && ` with ${plural(version.data.fields.length, 'field')}`}. What would you like to do next?
            </p>
          </div>
          <div className={css.next}>
            <Link to="/datasets/$datasetId" params={{ datasetId }} className={buttonClass('plain')}>
              Go to the dataset
            </Link>
            <Link to="/apis/new" search={{ dataset: datasetId, version: undefined }} className={buttonClass('primary')}>
              Create custom API
            </Link>
          </div>
        </div>
        <WarningList warnings={state.warnings} />
      </Card>
      <Card title="First rows" flush>
        <Loaded query={version}>
          {({ fields }) => <RowsGrid label="First rows" fields={fields} rows={rows.data?.pages[0]?.data ?? []} />}
        </Loaded>
      </Card>
    </div>
  );
}
