import type { ImportReview } from '@sluice/contracts/catalogue/imports';
import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { reviewQuery, type Types } from '../../server/imports';
import type { Row } from '../../server/rows';
import { type ReadingTrials, useReading } from './use-reading';

/** What was found of a file that waits, and what is chosen otherwise. */
export interface FoundFile {
  review: UseQueryResult<ImportReview & { rows: Row[] }>;
  /** The types that are chosen, of fields that are still there: another reading may have other columns. */
  types: Types;
  setTypes: (types: Types) => void;
  trials: ReadingTrials;
}

/** Reads what an import found; `onTrial` is told when its file is read anew. */
export function useFoundFile(importId: string, onTrial: () => void): FoundFile {
  const review = useQuery(reviewQuery(importId));
  const [chosen, setTypes] = useState<Types>({});
  const trials = useReading(importId, onTrial);
  const fields = review.data?.fields ?? [];
  const types = Object.fromEntries(
    Object.entries(chosen).filter(([field]) => fields.some(({ name }) => name === field)),
  );
  return { review, types, setTypes, trials };
}
