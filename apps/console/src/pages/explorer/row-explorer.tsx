import type { Version } from '@sluice/contracts/catalogue/datasets';
import type { Field } from '@sluice/contracts/fields';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useCallback } from 'react';
import { type Row, rowsQuery } from '../../server/rows';
import { Card } from '../../ui/card';
import { SkeletonRows } from '../../ui/skeleton';
import { count, plural } from '../../ui/units';
import { RowsGrid } from '../rows/rows-grid';
import { DownloadMenu } from './download-menu';
import css from './explorer.module.css';
import { QueryLine } from './query-line';
import { sortOf, withSort } from './sorting';

/** A look into a version: any filter and order that its endpoint would take. `query` is the one state of all that is asked. */
export function RowExplorer({
  version,
  query,
  onQuery,
}: {
  version: Version;
  query: string;
  onQuery: (query: string) => void;
}) {
  const { number, fields } = version;
  const rows = useInfiniteQuery({ ...rowsQuery(version, query), placeholderData: keepPreviousData });
  const { fetchNextPage, hasNextPage, isFetchingNextPage, error } = rows;
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage && !error) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, error, fetchNextPage]);
  const list = error ? [] : (rows.data?.pages.flatMap(({ data }) => data) ?? []);
  const total = rows.data?.pages[0]?.page.total;
  return (
    <div>
      <QueryLine key={query} query={query} onQuery={onQuery} error={error} />
      <Card
        flush
        title={
          <span className={css.count} role="status">
            {total === undefined || error ? 'Rows' : stayingRows(Number(total), version, query)}
          </span>
        }
        actions={<DownloadMenu version={version} query={query} />}
      >
        {rows.isPending ? (
          <SkeletonRows rows={12} height={36} />
        ) : list.length > 0 ? (
          <RowsGrid
            label={`Rows of version ${number}`}
            fields={shownFields(fields, list[0])}
            rows={list}
            sort={sortOf(query)}
            onSort={(sort) => onQuery(withSort(query, sort))}
            onEnd={more}
          />
        ) : (
          <p className={css.none}>{error ? 'Mend the query to see rows.' : 'No row fits this filter.'}</p>
        )}
      </Card>
    </div>
  );
}

/** How many rows stay of how many. Rows that were replaced by their key count into neither, so that all of them are not known at first. */
function stayingRows(total: number, { rowCount, keyFields }: Version, query: string): string {
  if (new URLSearchParams(query).has('_group') || new URLSearchParams(query).has('_agg')) return plural(total, 'group');
  if (total === rowCount || (keyFields !== null && total > rowCount)) return plural(total, 'row');
  return keyFields === null ? `${count(total)} of ${plural(rowCount, 'row')}` : plural(total, 'row');
}

/** A selection or a grouping answers with other columns than the version has. */
function shownFields(fields: readonly Field[], row: Row = {}): Pick<Field, 'name' | 'type'>[] {
  return Object.keys(row).map((name) => fields.find((field) => field.name === name) ?? { name, type: 'text' });
}
