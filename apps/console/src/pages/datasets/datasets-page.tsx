import { useInfiniteQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { Database, Plus } from 'lucide-react';
import { useState } from 'react';
import { datasetsQuery } from '../../server/datasets';
import { useMay } from '../../server/may';
import { PageHeader } from '../../shell/page-header';
import { PublishLink } from '../../shell/publish-link';
import { Button } from '../../ui/button';
import { EmptyState } from '../../ui/empty-state';
import { isEmpty, ListCard } from '../../ui/list-card';
import { useFind, useNarrow } from '../../ui/use-find';
import { DatasetsTable } from './datasets-table';
import { NewDatasetDialog } from './new-dataset-dialog';

export function DatasetsPage() {
  const { q, sort } = useSearch({ from: '/shell/datasets' });
  const datasets = useInfiniteQuery(datasetsQuery({ _q: q, _sort: sort }));
  const narrow = useNarrow();
  const find = useFind();
  const [creating, setCreating] = useState(false);
  const mayEdit = useMay('editor');
  const create = mayEdit && (
    <>
      <Button onPress={() => setCreating(true)}>
        <Plus aria-hidden="true" />
        New dataset
      </Button>
      <PublishLink look="primary" />
    </>
  );
  return (
    <>
      <PageHeader
        title="Datasets"
        about="Tables that you import. Each import is a version of its own that never changes."
        actions={!isEmpty(datasets.data, q) && create}
      />
      <ListCard
        query={datasets}
        noun="datasets"
        words={q}
        onWords={find}
        empty={
          <EmptyState picture={Database} title="No dataset yet" action={create}>
            Publish a file: a CSV, TSV, JSON, NDJSON, Excel or Parquet file becomes a live endpoint on one page. Or make
            a dataset first, and import files into it.
          </EmptyState>
        }
      >
        {(list) => <DatasetsTable datasets={list} sort={sort} onSort={(next) => narrow({ sort: next })} />}
      </ListCard>
      {creating && <NewDatasetDialog onClose={() => setCreating(false)} />}
    </>
  );
}
