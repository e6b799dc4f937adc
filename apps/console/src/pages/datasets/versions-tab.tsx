import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { datasetQuery, versionsQuery } from '../../server/datasets';
import { Card } from '../../ui/card';
import { Loaded } from '../../ui/loaded';
import { count } from '../../ui/units';
import css from './datasets.module.css';
import { VersionsTable } from './versions-table';

/** The versions of a dataset, newest first, and how many of them stay. */
export function VersionsTab() {
  const { datasetId } = useParams({ from: '/shell/datasets/$datasetId' });
  const versions = useQuery(versionsQuery(datasetId));
  const { data: dataset } = useQuery(datasetQuery(datasetId));
  const keep = dataset?.keepVersions ?? null;
  return (
    <Card
      title="Versions"
      actions={
        keep !== null && <span className={css.kept}>The newest {keep === 1 ? 'one stays' : `${count(keep)} stay`}</span>
      }
      flush
    >
      <Loaded query={versions}>{(list) => <VersionsTable datasetId={datasetId} versions={list} />}</Loaded>
    </Card>
  );
}
