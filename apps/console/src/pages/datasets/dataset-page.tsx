import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, Outlet, useNavigate, useParams } from '@tanstack/react-router';
import { FileText, KeyRound, Layers, Pencil, Trash2, Waypoints } from 'lucide-react';
import { useState } from 'react';
import { apisOverQuery } from '../../server/apis';
import { datasetQuery, datasetsKey, deleteDataset, versionsQuery } from '../../server/datasets';
import { useMay } from '../../server/may';
import { PageHeader } from '../../shell/page-header';
import { PageTabs } from '../../shell/page-tabs';
import { buttonClass } from '../../ui/button';
import { Confirm } from '../../ui/dialog';
import { Loaded } from '../../ui/loaded';
import { ActionMenu } from '../../ui/menu';
import { OpenImports } from '../imports/open-imports';
import css from './datasets.module.css';
import { EditDatasetDialog } from './edit-dataset-dialog';
import { ImportLink } from './import-link';
import { KeepVersionsDialog } from './keep-versions-dialog';
import { KeyFieldsDialog } from './key-fields-dialog';
import { ReadingDialog } from './reading-dialog';
import { surplusOf } from './surplus-versions';
import { useShrinking } from './use-shrinking';

/** One dataset: what is done to all of it, and its tabs, each at an address of its own. */
export function DatasetPage() {
  const { datasetId } = useParams({ from: '/shell/datasets/$datasetId' });
  const dataset = useQuery(datasetQuery(datasetId));
  const versions = useQuery(versionsQuery(datasetId));
  const { data: used = [] } = useQuery(apisOverQuery(datasetId));
  const keep = dataset.data?.keepVersions ?? null;
  useShrinking(datasetId, surplusOf(versions.data ?? [], keep, used).going.length > 0);
  const [dialog, setDialog] = useState<'edit' | 'keys' | 'keep' | 'reading' | 'delete' | null>(null);
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const mayEdit = useMay('editor');
  return (
    <Loaded query={dataset}>
      {(data) => (
        <>
          <PageHeader
            title={data.name}
            about={data.description}
            back={{ to: '/datasets', label: 'Datasets' }}
            actions={
              mayEdit && (
                <>
                  <ImportLink datasetId={datasetId} look={data.latestVersion === null ? 'primary' : 'plain'} />
                  {data.latestVersion !== null && (
                    <Link
                      to="/apis/new"
                      search={{ dataset: datasetId, version: undefined }}
                      className={buttonClass('primary')}
                    >
                      <Waypoints aria-hidden="true" />
                      Create custom API
                    </Link>
                  )}
                  <ActionMenu
                    label={`Actions for ${data.name}`}
                    actions={[
                      { label: 'Edit name and description', picture: Pencil, run: () => setDialog('edit') },
                      ...(data.fields.length > 0
                        ? [{ label: 'Choose key fields', picture: KeyRound, run: () => setDialog('keys') }]
                        : []),
                      { label: 'Keep versions', picture: Layers, run: () => setDialog('keep') },
                      ...(data.reading !== null
                        ? [{ label: 'See how files are read', picture: FileText, run: () => setDialog('reading') }]
                        : []),
                      { label: 'Delete dataset', picture: Trash2, run: () => setDialog('delete'), hurts: true },
                    ]}
                  />
                </>
              )
            }
          />
          {data.latestVersion !== null && <DatasetTabs datasetId={datasetId} />}
          <div className={css.stack}>
            <OpenImports datasetId={datasetId} />
            <Outlet />
          </div>
          {dialog === 'edit' && <EditDatasetDialog dataset={data} onClose={() => setDialog(null)} />}
          {dialog === 'keys' && <KeyFieldsDialog dataset={data} onClose={() => setDialog(null)} />}
          {dialog === 'reading' && <ReadingDialog dataset={data} onClose={() => setDialog(null)} />}
          {dialog === 'keep' && (
            <KeepVersionsDialog
              dataset={data}
              versions={versions.data ?? []}
              apis={used}
              onClose={() => setDialog(null)}
            />
          )}
          <Confirm
            title={`Delete ${data.name}?`}
            action="Delete dataset"
            isOpen={dialog === 'delete'}
            onClose={() => setDialog(null)}
            onConfirm={async () => {
              await deleteDataset(datasetId);
              await navigate({ to: '/datasets' });
              await queryClient.invalidateQueries({ queryKey: [...datasetsKey, 'list'] });
            }}
          >
            <p>All its versions go with it, and cannot be brought back. It is refused while an API uses the dataset.</p>
          </Confirm>
        </>
      )}
    </Loaded>
  );
}

function DatasetTabs({ datasetId }: { datasetId: string }) {
  const params = { datasetId };
  return (
    <PageTabs
      label="Parts of the dataset"
      tabs={[
        { to: '/datasets/$datasetId', params, label: 'Rows' },
        { to: '/datasets/$datasetId/versions', params, label: 'Versions' },
        { to: '/datasets/$datasetId/fields', params, label: 'Fields' },
        { to: '/datasets/$datasetId/usage', params, label: 'APIs & usage' },
      ]}
    />
  );
}
