import type { Api } from '@sluice/contracts/registry/apis';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { BookOpen, FlaskConical, KeyRound, Pencil, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { apisKey, deleteApi } from '../../server/apis';
import { datasetQuery } from '../../server/datasets';
import { useMay } from '../../server/may';
import { Badge } from '../../ui/badge';
import { actionsColumn, type Column, DataTable } from '../../ui/data-table';
import { Confirm } from '../../ui/dialog';
import { ActionMenu } from '../../ui/menu';
import table from '../../ui/table.module.css';
import { say } from '../../ui/toasts';
import { AssignTokenDialog } from '../assigning/assign-token-dialog';
import { ActiveSwitch } from './active-switch';
import { CatalogBadges } from './catalog-badges';
import { documentationOf, Endpoint, endpointOf } from './endpoint';

/** The APIs with all that can be done to them in place. */
export function ApisTable({
  apis,
  hideDataset,
  sort,
  onSort,
}: {
  apis: readonly Api[];
  hideDataset?: boolean;
  sort?: string;
  onSort?: (sort: string | undefined) => void;
}) {
  const [assigning, setAssigning] = useState<string | null>(null);
  const [deleting, setDeleting] = useState<Api | null>(null);
  const mayEdit = useMay('editor');
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const assigned = apis.find(({ id }) => id === assigning) ?? null;
  return (
    <>
      <DataTable<Api>
        columns={[
          {
            label: 'API name',
            sort: 'name',
            cell: (api) => (
              <>
                <Link to="/apis/$apiId" params={{ apiId: api.id }} className={table.name}>
                  {api.name}
                </Link>
                {api.contractFaults.length > 0 && (
                  <>
                    {' '}
                    <Badge tone="warn">newest version does not fit</Badge>
                  </>
                )}
                <CatalogBadges api={api} />
                <span className={table.sub}>{api.description}</span>
                <span className={table.narrow}>
                  <Badge>{api.method}</Badge>
                  <Endpoint url={endpointOf(api)} name={api.name} />
                </span>
              </>
            ),
          },
          {
            label: 'Endpoint',
            sort: 'path',
            looks: ['medium', 'roomy'],
            cell: (api) => <Endpoint url={endpointOf(api)} name={api.name} />,
          },
          { label: 'Method', sort: 'method', looks: ['medium'], cell: ({ method }) => <Badge>{method}</Badge> },
          ...(hideDataset ? [] : [datasetColumn]),
          { label: 'Tokens', looks: ['wide', 'number'], cell: ({ tokenIds }) => tokenIds.length },
          { label: 'Status', sort: 'active', cell: (api) => <ActiveSwitch api={api} /> },
          actionsColumn((api) => (
            <div className={table.actions}>
              <ActionMenu
                label={`Actions for ${api.name}`}
                actions={[
                  {
                    label: 'View API Documentation',
                    picture: BookOpen,
                    run: () => void window.open(documentationOf(api), '_blank', 'noreferrer'),
                  },
                  ...(mayEdit
                    ? [
                        {
                          label: 'Test API',
                          picture: FlaskConical,
                          run: () => void navigate({ to: '/apis/$apiId/test', params: { apiId: api.id } }),
                        },
                        { label: 'Assign token to API', picture: KeyRound, run: () => setAssigning(api.id) },
                        {
                          label: 'Edit',
                          picture: Pencil,
                          run: () => void navigate({ to: '/apis/$apiId/settings', params: { apiId: api.id } }),
                        },
                        { label: 'Delete', picture: Trash2, run: () => setDeleting(api), hurts: true },
                      ]
                    : []),
                ]}
              />
            </div>
          )),
        ]}
        items={apis}
        keyOf={({ id }) => id}
        sort={sort}
        onSort={onSort}
      />
      {assigned && <AssignTokenDialog api={assigned} onClose={() => setAssigning(null)} />}
      <Confirm
        title={`Delete ${deleting?.name ?? ''}?`}
        action="Delete API"
        isOpen={deleting !== null}
        onClose={() => setDeleting(null)}
        onConfirm={async () => {
          if (!deleting) return;
          await deleteApi(deleting.id);
          await queryClient.invalidateQueries({ queryKey: apisKey });
          say(`${deleting.name} is deleted`);
        }}
      >
        <p>Its endpoint stops answering at once, for everybody. The dataset and the tokens stay.</p>
      </Confirm>
    </>
  );
}

const datasetColumn: Column<Api> = {
  label: 'Dataset',
  looks: ['wide', 'roomy'],
  cell: (api) => <DatasetName api={api} />,
};

function DatasetName({ api }: { api: Api }) {
  const { data: dataset } = useQuery(datasetQuery(api.datasetId));
  return (
    <>
      <Link to="/datasets/$datasetId" params={{ datasetId: api.datasetId }}>
        {dataset?.name ?? '…'}
      </Link>
      <span className={`${table.sub} ${table.whole}`}>
        {api.version === null ? 'latest version' : `version ${api.version}`}
      </span>
    </>
  );
}
