import type { ImportReview } from '@sluice/contracts/catalogue/imports';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { readAnew, reviewQuery } from '../../server/imports';
import { withOption } from './reading-options';

interface Trial {
  /** Its key in the reading; absent: it is said of the whole file. */
  field?: string;
  said: Readonly<Record<string, unknown>>;
}

/** How the file of a waiting import is read otherwise, in place. */
export interface ReadingTrials {
  apply: (trial: Trial, onDone?: () => void) => void;
  /** What was tried last, while it is tried and when it failed. */
  last: Trial | undefined;
  error: unknown;
  isPending: boolean;
  reset: () => void;
}

export function useReading(importId: string, onStart: () => void): ReadingTrials {
  const queryClient = useQueryClient();
  const { queryKey } = reviewQuery(importId);
  const trial = useMutation({
    mutationFn: async (tried: Trial) => {
      const review = queryClient.getQueryData<ImportReview>(queryKey);
      await readAnew(importId, withOption(review?.reading ?? {}, tried.field, tried.said));
      await queryClient.invalidateQueries({ queryKey });
    },
    onMutate: onStart,
  });
  return {
    apply: (tried, onDone) => trial.mutate(tried, { onSuccess: onDone }),
    last: trial.variables,
    error: trial.error,
    isPending: trial.isPending,
    reset: trial.reset,
  };
}
