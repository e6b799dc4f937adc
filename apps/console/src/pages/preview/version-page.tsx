import type { Field } from '@sluice/contracts/fields';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { Download, Waypoints } from 'lucide-react';
import { useCallback } from 'react';
import { datasetQuery, versionQuery } from '../../server/datasets';
import { useMay } from '../../server/may';
import { type Row, rowsQuery } from '../../server/rows';
import { PageHeader } from '../../shell/page-header';
import { buttonClass } from '../../ui/button';
import { Card } from '../../ui/card';
import { Loaded } from '../../ui/loaded';
import { ActionMenu } from '../../ui/menu';
import { formatNames, formats } from '../../ui/names';
import { SkeletonRows } from '../../ui/skeleton';
import { bytes, plural } from '../../ui/units';
import { exportAddress } from '../datasets/versions-table';
import { FileNotes } from '../imports/file-notes';
import { RowsGrid, type Sort } from '../rows/rows-grid';
import { FilterBar } from './filter-bar';
import css from './preview.module.css';

/** A look into a version: any filter and order that its endpoint would take. */
export function VersionPage() {
  const { datasetId, number: text } = useParams({ from: '/shell/datasets/$datasetId/versions/$number' });
  const { query = '' } = useSearch({ from: '/shell/datasets/$datasetId/versions/$number' });
  const number = Number(text);
  const version = useQuery(versionQuery(datasetId, number));
  const rows = useInfiniteQuery(rowsQuery(datasetId, number, query));
  const { data: dataset } = useQuery(datasetQuery(datasetId));
  const mayEdit = useMay('editor');
  const navigate = useNavigate();
  const ask = (next: string) =>
    void navigate({
      to: '/datasets/$datasetId/versions/$number',
      params: { datasetId, number: text },
      search: { query: next || undefined },
      replace: true,
    });
  const { fetchNextPage, hasNextPage, isFetchingNextPage, error } = rows;
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage && !error) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, error, fetchNextPage]);
  const list = rows.data?.pages.flatMap(({ data }) => data) ?? [];
  const total = rows.data?.pages[0]?.page.total;
  return (
    <Loaded query={version}>
      {({ fields, note, rowCount, byteSize, reading, warnings }) => (
        <>
          <PageHeader
            title={`Version ${number}`}
            about={`${plural(rowCount, 'row')}, ${plural(fields.length, 'field')}, ${bytes(byteSize)}${note && ` · ${note}`}`}
            back={{ to: '/datasets/$datasetId', params: { datasetId }, label: dataset?.name ?? 'Dataset' }}
            actions={
              <>
                <ActionMenu
                  label="Download"
                  picture={Download}
                  actions={formats.map((format) => ({
                    label: `Download as ${formatNames[format]}`,
                    picture: Download,
                    run: () => window.location.assign(exportAddress(datasetId, number, format, query)),
                  }))}
                />
                {mayEdit && (
                  <Link
                    to="/apis/new"
                    search={{ dataset: datasetId, version: number }}
                    className={buttonClass('primary')}
                  >
                    <Waypoints aria-hidden="true" />
                    Create custom API
                  </Link>
                )}
              </>
            }
          />
          <FileNotes reading={reading} warnings={warnings} />
          <FilterBar key={query} query={query} onQuery={ask} error={error} />
          <Card
            flush
            title={<span className={css.count}>{total === undefined ? 'Rows' : plural(Number(total), 'row')}</span>}
          >
            {rows.isPending ? (
              <SkeletonRows rows={12} height={36} />
            ) : list.length > 0 ? (
              <RowsGrid
                label={`Rows of version ${number}`}
                fields={shownFields(fields, list[0])}
                rows={list}
                sort={sortOf(query)}
                onSort={(sort) => ask(withSort(query, sort))}
                onEnd={more}
              />
            ) : (
              <p className={css.none}>{error ? 'Fix the filter to see rows.' : 'No row fits this filter.'}</p>
            )}
          </Card>
        </>
      )}
    </Loaded>
  );
}

/** A selection or a grouping answers with other columns than the version has. */
function shownFields(fields: readonly Field[], row: Row = {}): Pick<Field, 'name' | 'type'>[] {
  return Object.keys(row).map((name) => fields.find((field) => field.name === name) ?? { name, type: 'text' });
}

function sortOf(query: string): Sort | null {
  const [first] = new URLSearchParams(query).get('_sort')?.split(',') ?? [];
  return first ? { field: first.replace(/^-/, ''), descending: first.startsWith('-') } : null;
}

function withSort(query: string, sort: Sort | null): string {
  const asked = new URLSearchParams(query);
  if (sort) asked.set('_sort', `${sort.descending ? '-' : ''}${sort.field}`);
  else asked.delete('_sort');
  return readable(asked);
}

/** As people write it: only what a query string cannot hold as it is stays encoded. */
function readable(asked: URLSearchParams): string {
  return asked.toString().replaceAll('%2C', ',').replaceAll('%3A', ':');
}
