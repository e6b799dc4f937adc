import type { Version } from '@sluice/contracts/datasets';

import { Link, useNavigate } from '@tanstack/react-router';
import { ArrowLeftRight, Download, Table2, Waypoints } from 'lucide-react';
import { useMay } from '../../server/may';
import { Badge } from '../../ui/badge';
import { ActionMenu } from '../../ui/menu';
import { formatNames, formats } from '../../ui/names';
import table from '../../ui/table.module.css';
import { bytes, count, dateTime, plural } from '../../ui/units';

export function VersionsTable({ datasetId, versions }: { datasetId: string; versions: readonly Version[] }) {
  const navigate = useNavigate();
  const mayEdit = useMay('editor');
  const latest = Math.max(...versions.map(({ number }) => number));
  return (
    <table className={table.table}>
      <thead>
        <tr>
          <th scope="col">Version</th>
          <th scope="col" className={table.medium}>
            Note
          </th>
          <th scope="col" className={table.number}>
            Rows
          </th>
          <th scope="col" className={`${table.wide} ${table.number}`}>
            Size
          </th>
          <th scope="col" className={table.medium}>
            Imported
          </th>
          <th scope="col" className={table.tight}>
            <span className={table.soft}>Actions</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {versions.map(({ id, number, rowCount, byteSize, fields, note, createdAt }) => (
          <tr key={id}>
            <th scope="row">
              <Link
                to="/datasets/$datasetId/versions/$number"
                params={{ datasetId, number: String(number) }}
                search={{ query: undefined }}
                className={table.name}
              >
                Version {number}
              </Link>{' '}
              {number === latest && <Badge tone="good">latest</Badge>}
              <span className={table.sub}>{plural(fields.length, 'field')}</span>
            </th>
            <td className={`${table.medium} ${table.soft}`}>{note || '–'}</td>
            <td className={table.number}>{count(rowCount)}</td>
            <td className={`${table.wide} ${table.number}`}>{bytes(byteSize)}</td>
            <td className={`${table.medium} ${table.soft}`}>{dateTime(createdAt)}</td>
            <td className={table.tight}>
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
                  ...(number > 1
                    ? [
                        {
                          label: `Compare with version ${number - 1}`,
                          picture: ArrowLeftRight,
                          run: () =>
                            void navigate({
                              to: '/datasets/$datasetId/compare',
                              params: { datasetId },
                              search: { from: number - 1, to: number },
                            }),
                        },
                      ]
                    : []),
                  ...formats.map((format) => ({
                    label: `Download as ${formatNames[format]}`,
                    picture: Download,
                    run: () => window.location.assign(exportAddress(datasetId, number, format)),
                  })),
                ]}
              />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** All rows of a version as a file; the browser downloads it by itself. */
export function exportAddress(datasetId: string, number: number, format: string, query = ''): string {
  const asked = new URLSearchParams(query);
  asked.set('_format', format);
  return `/manage/v1/datasets/${datasetId}/versions/${number}/export?${asked}`;
}
