import type { Dataset, Version } from '@sluice/contracts/catalogue/datasets';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { Upload, Waypoints } from 'lucide-react';
import { apiCountsQuery } from '../../server/apis';
import { versionQuery } from '../../server/datasets';
import { useMay } from '../../server/may';
import { Badge } from '../../ui/badge';
import { actionsColumn, DataTable } from '../../ui/data-table';
import { ActionMenu } from '../../ui/menu';
import { Skeleton } from '../../ui/skeleton';
import table from '../../ui/table.module.css';
import { bytes, count, plural, since } from '../../ui/units';

export function DatasetsTable({
  datasets,
  sort,
  onSort,
}: {
  datasets: readonly Dataset[];
  sort: string | undefined;
  onSort: (sort: string | undefined) => void;
}) {
  const { data: apis } = useQuery({
    ...apiCountsQuery({ datasetIds: datasets.map(({ id }) => id) }),
    placeholderData: keepPreviousData,
  });
  const navigate = useNavigate();
  const mayEdit = useMay('editor');
  return (
    <DataTable<Dataset>
      columns={[
        {
          label: 'Dataset',
          sort: 'name',
          cell: ({ id, name, description, fields }) => (
            <>
              <Link to="/datasets/$datasetId" params={{ datasetId: id }} className={table.name}>
                {name}
              </Link>
              <span className={table.sub}>{description || plural(fields.length, 'field')}</span>
            </>
          ),
        },
        {
          label: 'Rows',
          looks: ['number'],
          cell: (dataset) => <OfLatest dataset={dataset} figure={({ rowCount }) => count(rowCount)} />,
        },
        {
          label: 'Size',
          looks: ['medium', 'number'],
          cell: (dataset) => <OfLatest dataset={dataset} figure={({ byteSize }) => bytes(byteSize)} />,
        },
        {
          label: 'Versions',
          looks: ['medium'],
          cell: ({ latestVersion }) =>
            latestVersion === null ? <Badge tone="warn">no data yet</Badge> : <Badge>{latestVersion}</Badge>,
        },
        {
          label: 'APIs using it',
          looks: ['wide'],
          cell: ({ id }) => (apis === undefined ? <Skeleton width={32} /> : (apis[id] ?? 0)),
        },
        { label: 'Created', sort: 'createdAt', looks: ['wide', 'soft'], cell: ({ createdAt }) => since(createdAt) },
        ...(mayEdit
          ? [
              actionsColumn<Dataset>(({ id, name }) => (
                <ActionMenu
                  label={`Actions for ${name}`}
                  actions={[
                    {
                      label: 'Import a version',
                      picture: Upload,
                      run: () => void navigate({ to: '/datasets/$datasetId/import', params: { datasetId: id } }),
                    },
                    {
                      label: 'Create custom API',
                      picture: Waypoints,
                      run: () => void navigate({ to: '/apis/new', search: { dataset: id, version: undefined } }),
                    },
                  ]}
                />
              )),
            ]
          : []),
      ]}
      items={datasets}
      keyOf={({ id }) => id}
      sort={sort}
      onSort={onSort}
    />
  );
}

/** A figure of a dataset's latest version, once that is known. */
function OfLatest({ dataset, figure }: { dataset: Dataset; figure: (version: Version) => string }) {
  const { id, latestVersion } = dataset;
  const { data: version } = useQuery({ ...versionQuery(id, latestVersion ?? 0), enabled: latestVersion !== null });
  if (version) return figure(version);
  return latestVersion === null ? '–' : <Skeleton width={48} />;
}
