import { useQuery } from '@tanstack/react-query';
import { Database, Plus } from 'lucide-react';
import { useState } from 'react';
import { datasetsQuery } from '../../server/datasets';
import { useMay } from '../../server/may';
import { PageHeader } from '../../shell/page-header';
import { Button } from '../../ui/button';
import { EmptyState } from '../../ui/empty-state';
import { ListCard } from '../../ui/list-card';
import { DatasetsTable } from './datasets-table';
import { NewDatasetDialog } from './new-dataset-dialog';

export function DatasetsPage() {
  const datasets = useQuery(datasetsQuery);
  const [creating, setCreating] = useState(false);
  const mayEdit = useMay('editor');
  const create = mayEdit && (
    <Button look="primary" onPress={() => setCreating(true)}>
      <Plus aria-hidden="true" />
      New dataset
    </Button>
  );
  return (
    <>
      <PageHeader
        title="Datasets"
        about="Tables that you import. Each import is a version of its own that never changes."
        actions={datasets.data?.length !== 0 && create}
      />
      <ListCard
        query={datasets}
        noun="datasets"
        textOf={({ name, description }) => `${name} ${description}`}
        empty={
          <EmptyState picture={Database} title="No dataset yet" action={create}>
            Name one, then drop a CSV, TSV, JSON, NDJSON or Parquet file on it. From there it is two steps to an
            endpoint.
          </EmptyState>
        }
      >
        {(list) => <DatasetsTable datasets={list} />}
      </ListCard>
      {creating && <NewDatasetDialog onClose={() => setCreating(false)} />}
    </>
  );
}
