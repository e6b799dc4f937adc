import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { FileText, KeyRound, Layers, Pencil, Trash2, Upload, Waypoints } from 'lucide-react';
import { useState } from 'react';
import { apisOverQuery } from '../../server/apis';
import { datasetQuery, datasetsKey, deleteDataset, versionQuery, versionsQuery } from '../../server/datasets';
import { useMay } from '../../server/may';
import { PageHeader } from '../../shell/page-header';
import { buttonClass } from '../../ui/button';
import { Card } from '../../ui/card';
import { Confirm } from '../../ui/dialog';
import { EmptyState } from '../../ui/empty-state';
import { Loaded } from '../../ui/loaded';
import { ActionMenu } from '../../ui/menu';
import { bytes, count, date } from '../../ui/units';
import { ApisTable } from '../apis/apis-table';
import { OpenImports } from '../imports/open-imports';
import { LiveTail } from '../usage/live-tail';
import { UsageSection } from '../usage/usage-section';
import css from './datasets.module.css';
import { EditDatasetDialog } from './edit-dataset-dialog';
import { FieldsTable } from './fields-table';
import { KeepVersionsDialog } from './keep-versions-dialog';
import { KeyFieldsDialog } from './key-fields-dialog';
import { ReadingDialog } from './reading-dialog';
import { surplusOf } from './surplus-versions';
import { useShrinking } from './use-shrinking';
import { VersionsTable } from './versions-table';

/** One dataset: what is in it, its versions, and the APIs over it. */
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
  const importLink = (look: 'primary' | 'plain') =>
    mayEdit && (
      <Link to="/datasets/$datasetId/import" params={{ datasetId }} className={buttonClass(look)}>
        <Upload aria-hidden="true" />
        Import a version
      </Link>
    );
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
                  {importLink(data.latestVersion === null ? 'primary' : 'plain')}
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
          <div className={css.stack}>
            {data.latestVersion !== null && <Facts datasetId={datasetId} number={data.latestVersion} />}
            <OpenImports datasetId={datasetId} />
            <Card
              title="Versions"
              actions={
                keep !== null && (
                  <span className={css.kept}>The newest {keep === 1 ? 'one stays' : `${count(keep)} stay`}</span>
                )
              }
              flush
            >
              <Loaded query={versions}>
                {(list) =>
                  list.length > 0 ? (
                    <VersionsTable datasetId={datasetId} versions={list} />
                  ) : (
                    <EmptyState picture={Upload} title="No data yet" action={importLink('primary')}>
                      Import a file: its columns and their types are found out for you.
                    </EmptyState>
                  )
                }
              </Loaded>
            </Card>
            {used.length > 0 && (
              <Card title="APIs using it" flush>
                <ApisTable apis={used} hideDataset />
              </Card>
            )}
            {data.fields.length > 0 && (
              <Card title="Fields of the latest version" flush>
                <FieldsTable fields={data.fields} keyFields={data.keyFields ?? []} version={versions.data?.[0]} />
              </Card>
            )}
            {used.length > 0 && (
              <UsageSection of={{ datasetId }}>
                <LiveTail of={{ datasetId }} />
              </UsageSection>
            )}
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

function Facts({ datasetId, number }: { datasetId: string; number: number }) {
  const { data: version } = useQuery(versionQuery(datasetId, number));
  const facts = [
    ['Rows', version && count(version.rowCount)],
    ['Fields', version && count(version.fields.length)],
    ['Size', version && bytes(version.byteSize)],
    ['Latest version', String(number)],
    ['Imported', version && date(version.createdAt)],
  ] as const;
  return (
    <Card>
      <dl className={css.facts}>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value ?? '…'}</dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}
