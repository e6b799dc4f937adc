import type { Api } from '@sluice/contracts/registry/apis';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { BookOpen, KeyRound, Pencil, Trash2 } from 'lucide-react';
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
import { ActiveSwitch } from './active-switch';
import { AssignTokenDialog } from './assign-token-dialog';
import { CatalogBadges } from './catalog-badges';

/** The APIs with all that can be done to them in place. */
export function ApisTable({ apis, hideDataset }: { apis: readonly Api[]; hideDataset?: boolean }) {
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
              </>
            ),
          },
          {
            label: 'Endpoint',
            looks: ['medium'],
            cell: (api) => (
              <code className={table.soft} style={{ overflowWrap: 'anywhere' }}>
                {addressOf(api)}
              </code>
            ),
          },
          { label: 'Method', looks: ['medium'], cell: ({ method }) => <Badge>{method}</Badge> },
          ...(hideDataset ? [] : [datasetColumn]),
          { label: 'Tokens', looks: ['wide', 'number'], cell: ({ tokenIds }) => tokenIds.length },
          { label: 'Status', cell: (api) => <ActiveSwitch api={api} /> },
          actionsColumn((api) => (
            <div className={table.actions}>
              <ActionMenu
                label={`Actions for ${api.name}`}
                actions={[
                  {
                    label: 'View API Documentation',
                    picture: BookOpen,
                    run: () => void navigate({ to: '/apis/$apiId/test', params: { apiId: api.id } }),
                  },
                  ...(mayEdit
                    ? [
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

/** The part of the endpoint that tells one API from another. */
function addressOf({ domain, path }: Api): string {
  return `${domain ?? ''}/api/${path}`;
}

/** Shows the address of an API, or the one that it will have once it is switched on for the first time. */
export function endpointOf(api: Api): string {
  return api.endpoint ?? `/api/${api.path}`;
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
