import type { FieldProfile } from '@sluice/contracts/catalogue/profiles';
import { useQueries } from '@tanstack/react-query';
import { useState } from 'react';
import { batchesOf, profileQuery } from '../../server/profiles';
import type { RowsOf } from '../../server/rows';

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

/** Asks about the fields in sight first, and about others when somebody wants them. Batches go one after the other. */
export function useProfiles(version: RowsOf, names: readonly string[], isEnabled: boolean): Profiles {
  const batches = batchesOf(names);
  const [wanted, setWanted] = useState(1);
  const asked = batches.slice(0, wanted);
  const results = useQueries({
    queries: asked.map((batch) => ({ ...profileQuery(version, batch), enabled: isEnabled })),
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
    more: () => setWanted((before) => before + 1),
  };
}
