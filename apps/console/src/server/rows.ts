import type { Version } from '@sluice/contracts/catalogue/datasets';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { isLosslessNumber, parse } from 'lossless-json';
import { requestText } from './request';

export type Row = Readonly<Record<string, unknown>>;

interface RowsPage {
  data: Row[];
  page: { nextCursor: string | null; total?: { toString(): string } };
}

const PAGE = 200;

/** A version as far as it is asked for: a later `seq` has the rows that were sent until then. */
export type RowsOf = Pick<Version, 'datasetId' | 'number'> & { seq?: number };

/** Rows of a version, page by page, in the endpoint's own query language. Numbers keep every digit. */
export const rowsQuery = ({ datasetId, number, seq = 0 }: RowsOf, query: string) =>
  infiniteQueryOptions({
    queryKey: ['datasets', datasetId, 'versions', number, 'rows', seq, query],
    queryFn: async ({ pageParam, signal }) => {
      const asked = new URLSearchParams(query);
      if (!asked.has('_limit')) asked.set('_limit', String(PAGE));
      if (!asked.has('_count')) asked.set('_count', 'exact');
      if (pageParam) asked.set('_cursor', pageParam);
      const { text } = await requestText(`/datasets/${datasetId}/versions/${number}/rows?${asked}`, { signal });
      return parse(text) as RowsPage;
    },
    initialPageParam: '',
    getNextPageParam: ({ page }) => page.nextCursor,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });

/** All rows of a version as a file; the browser downloads it by itself. */
export function exportAddress(datasetId: string, number: number, format: string, query = ''): string {
  const asked = new URLSearchParams(query);
  asked.set('_format', format);
  return `/manage/v1/datasets/${datasetId}/versions/${number}/export?${asked}`;
}

/** A value as it is shown in a cell; null is no text at all. */
export function cellText(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (isLosslessNumber(value)) return value.toString();
  return typeof value === 'object'
    ? JSON.stringify(value, (_, inner) => (isLosslessNumber(inner) ? Number(inner) : inner))
    : String(value);
}

/** How many rows of a version a filter leaves, as JSON text of the query language; without one, how many there are. */
export const countQuery = ({ datasetId, number, seq = 0 }: RowsOf, filter: string | null) =>
  queryOptions({
    queryKey: ['datasets', datasetId, 'versions', number, 'count', seq, filter],
    queryFn: async ({ signal }) => {
      const asked = new URLSearchParams({ _limit: '1', _count: 'exact', ...(filter !== null && { _filter: filter }) });
      const { text } = await requestText(`/datasets/${datasetId}/versions/${number}/rows?${asked}`, { signal });
      return Number((parse(text) as RowsPage).page.total);
    },
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
