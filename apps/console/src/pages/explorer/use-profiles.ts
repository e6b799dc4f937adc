import type { Version } from '@sluice/contracts/catalogue/datasets';
import type { FieldProfile } from '@sluice/contracts/catalogue/profiles';
import { useQueries, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { batchesOf, profileQuery } from '../../server/profiles';

/** What is known of the fields of a version by now. */
export interface Profiles {
  of(name: string): FieldProfile | undefined;
  /** All rows that were looked at. */
  rows: number | undefined;
  isPending: boolean;
  error: unknown;
  retry: () => void;
  /** Fields that nobody has asked about: there are more of them than one look is of. */
  left: number;
  more: () => void;
}

/** Batches that are asked for by one wish: of 20 fields. */
const WISH = 4;

/** Asks about the first fields, and about others when somebody wants them: a batch once the one before is there, as each is a scan of the rows. */
export function useProfiles(version: Version, isEnabled: boolean): Profiles {
  const client = useQueryClient();
  // In the order of the version, so that a column that is moved is not asked about anew.
  const batches = batchesOf(version.fields.map(({ name }) => name));
  const [wanted, setWanted] = useState(WISH);
  const queries = batches.slice(0, wanted).map((batch) => profileQuery(version, batch));
  const isThere = (at: number) => at < 0 || client.getQueryData(queries[at]?.queryKey ?? []) !== undefined;
  const results = useQueries({
    queries: queries.map((query, at) => ({ ...query, enabled: isEnabled && isThere(at - 1) })),
  });
  const known = new Map(results.flatMap(({ data }) => data?.fields ?? []).map((profile) => [profile.name, profile]));
  const failed = results.find(({ error }) => error !== null);
  return {
    of: (name) => known.get(name),
    rows: results.find(({ data }) => data)?.data?.rows,
    isPending: results.some(({ isFetching }) => isFetching),
    error: failed?.error ?? null,
    retry: () => results.forEach(({ error, refetch }) => void (error !== null && refetch())),
    left: batches.slice(wanted).flat().length,
    more: () => setWanted((before) => before + WISH),
  };
}
