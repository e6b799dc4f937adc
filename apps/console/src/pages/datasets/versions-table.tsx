import type { Version } from '@sluice/contracts/catalogue/datasets';
import { useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { ArrowLeftRight, Download, Table2, Trash2, Waypoints } from 'lucide-react';
import { useState } from 'react';
import { datasetQuery, deleteVersion, versionsQuery } from '../../server/datasets';
import { useMay } from '../../server/may';
import { exportAddress } from '../../server/rows';
import { Badge } from '../../ui/badge';
import { actionsColumn, DataTable } from '../../ui/data-table';
import { Confirm } from '../../ui/dialog';
import { ActionMenu } from '../../ui/menu';
import { formatNames, formats } from '../../ui/names';
import table from '../../ui/table.module.css';
import { say } from '../../ui/toasts';
import { bytes, count, dateTime, plural } from '../../ui/units';

export function VersionsTable({ datasetId, versions }: { datasetId: string; versions: readonly Version[] }) {
  const navigate = useNavigate();
  const mayEdit = useMay('editor');
  const queryClient = useQueryClient();
  const [deleting, setDeleting] = useState<number | null>(null);
  const latest = Math.max(...versions.map(({ number }) => number));
  return (
    <>
      <DataTable<Version>
        columns={[
          {
            label: 'Version',
            cell: ({ number, fields, warnings }) => (
              <>
                <Link
                  to="/datasets/$datasetId/versions/$number"
                  params={{ datasetId, number: String(number) }}
                  search={{ query: undefined }}
                  className={table.name}
                >
                  Version {number}
                </Link>{' '}
                {number === latest && <Badge tone="good">latest</Badge>}
                <span className={table.sub}>
                  {plural(fields.length, 'field')}
                  {warnings.length > 0 && `, ${plural(warnings.length, 'warning')}`}
                </span>
              </>
            ),
          },
          { label: 'Note', looks: ['medium', 'soft'], cell: ({ note }) => note || '–' },
          { label: 'Rows', looks: ['number'], cell: ({ rowCount }) => count(rowCount) },
          { label: 'Size', looks: ['wide', 'number'], cell: ({ byteSize }) => bytes(byteSize) },
          { label: 'Imported', looks: ['medium', 'soft'], cell: ({ createdAt }) => dateTime(createdAt) },
          actionsColumn(({ number }, index) => {
            const before = versions[index + 1]?.number;
            return (
              <ActionMenu
                label={`Actions for version ${number}`}
                actions={[
                  {
                    label: 'Preview',
                    picture: Table2,
                    run: () =>
                      void navigate({
                        to: '/datasets/$datasetId/versions/$number',
                        params: { datasetId, number: String(number) },
                        search: { query: undefined },
                      }),
                  },
                  ...(mayEdit
                    ? [
                        {
                          label: 'Create custom API',
                          picture: Waypoints,
                          run: () =>
                            void navigate({ to: '/apis/new', search: { dataset: datasetId, version: number } }),
                        },
                      ]
                    : []),
                  ...(before !== undefined
                    ? [
                        {
                          label: `Compare with version ${before}`,
                          picture: ArrowLeftRight,
                          run: () =>
                            void navigate({
                              to: '/datasets/$datasetId/compare',
                              params: { datasetId },
                              search: { from: before, to: number },
                            }),
                        },
                      ]
                    : []),
                  ...formats.map((format) => ({
                    label: `Download as ${formatNames[format]}`,
                    picture: Download,
                    run: () => window.location.assign(exportAddress(datasetId, number, format)),
                  })),
                  ...(mayEdit && number !== latest
                    ? [{ label: 'Delete version', picture: Trash2, run: () => setDeleting(number), hurts: true }]
                    : []),
                ]}
              />
            );
          }),
        ]}
        items={versions}
        keyOf={({ id }) => id}
      />
      <Confirm
        title={`Delete version ${deleting ?? ''}?`}
        action="Delete version"
        isOpen={deleting !== null}
        onClose={() => setDeleting(null)}
        onConfirm={async () => {
          if (deleting === null) return;
          await deleteVersion(datasetId, deleting);
          await Promise.all([
            queryClient.invalidateQueries({ queryKey: versionsQuery(datasetId).queryKey }),
            queryClient.invalidateQueries({ queryKey: datasetQuery(datasetId).queryKey, exact: true }),
          ]);
          say(`Version ${deleting} is deleted`);
        }}
      >
        <p>Its rows cannot be brought back, and its number is not used again. It is refused while an API serves it.</p>
      </Confirm>
    </>
  );
}
