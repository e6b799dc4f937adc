import type { Profile } from '@sluice/contracts/catalogue/profiles';
import { queryOptions } from '@tanstack/react-query';
import { request } from './request';
import type { RowsOf } from './rows';

/** Fields that are asked for at once: fewer than the server takes, so that the first are seen soon. */
const BATCH = 5;

/** Cuts the fields of a version into those that are asked for together. */
export function batchesOf<Field>(fields: readonly Field[]): Field[][] {
  return Array.from({ length: Math.ceil(fields.length / BATCH) }, (_, at) =>
    fields.slice(at * BATCH, (at + 1) * BATCH),
  );
}

/** What is in some fields of a version. It is not asked for again by itself: the server may be busy. */
export const profileQuery = ({ datasetId, number, seq = 0 }: RowsOf, names: readonly string[]) =>
  queryOptions({
    queryKey: ['datasets', datasetId, 'versions', number, 'profile', seq, names],
    queryFn: ({ signal }) =>
      request<Profile>(`/datasets/${datasetId}/versions/${number}/profile?fields=${names.join(',')}`, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
