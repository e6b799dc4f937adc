import type { Dataset } from '@sluice/contracts/catalogue/datasets';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { Upload, Waypoints } from 'lucide-react';
import { apiCountsQuery } from '../../server/apis';
import { versionQuery } from '../../server/datasets';
import { useMay } from '../../server/may';
import { Badge } from '../../ui/badge';
import { ActionMenu } from '../../ui/menu';
import { Skeleton } from '../../ui/skeleton';
import table from '../../ui/table.module.css';
import { actionsColumn, TableHead } from '../../ui/table-head';
import { bytes, count, plural, since } from '../../ui/units';

export function DatasetsTable({ datasets }: { datasets: readonly Dataset[] }) {
  const { data: apis } = useQuery({
    ...apiCountsQuery({ datasetIds: datasets.map(({ id }) => id) }),
    placeholderData: keepPreviousData,
  });
  return (
    <table className={table.table}>
      <TableHead
        columns={[
          'Dataset',
          ['Rows', 'number'],
          ['Size', 'medium', 'number'],
          ['Versions', 'medium'],
          ['APIs using it', 'wide'],
          ['Created', 'wide'],
          actionsColumn,
        ]}
      />
      <tbody>
        {datasets.map((dataset) => (
          <DatasetRow key={dataset.id} dataset={dataset} apis={apis && (apis[dataset.id] ?? 0)} />
        ))}
      </tbody>
    </table>
  );
}

function DatasetRow({ dataset, apis }: { dataset: Dataset; apis: number | undefined }) {
  const { id, name, latestVersion } = dataset;
  const { data: version } = useQuery({ ...versionQuery(id, latestVersion ?? 0), enabled: latestVersion !== null });
  const navigate = useNavigate();
  const mayEdit = useMay('editor');
  const figure = (text: string | undefined) => text ?? (latestVersion === null ? '–' : <Skeleton width={48} />);
  return (
    <tr>
      <th scope="row">
        <Link to="/datasets/$datasetId" params={{ datasetId: id }} className={table.name}>
          {name}
        </Link>
        <span className={table.sub}>{dataset.description || plural(dataset.fields.length, 'field')}</span>
      </th>
      <td className={table.number}>{figure(version && count(version.rowCount))}</td>
      <td className={`${table.medium} ${table.number}`}>{figure(version && bytes(version.byteSize))}</td>
      <td className={table.medium}>
        {latestVersion === null ? <Badge tone="warn">no data yet</Badge> : <Badge>{latestVersion}</Badge>}
      </td>
      <td className={table.wide}>{apis === undefined ? <Skeleton width={32} /> : apis}</td>
      <td className={`${table.wide} ${table.soft}`}>{since(dataset.createdAt)}</td>
      <td className={table.tight}>
        {mayEdit && (
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
        )}
      </td>
    </tr>
  );
}
