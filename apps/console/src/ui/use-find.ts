import { useNavigate } from '@tanstack/react-router';
import { useCallback } from 'react';

/** Puts the words that are looked for into the address of the list that is shown. */
export function useFind(): (q: string | undefined) => void {
  const narrow = useNarrow();
  return useCallback((q) => narrow({ q }), [narrow]);
}

/** Puts what a list is searched, narrowed and sorted by into its address; what is not named stays. */
export function useNarrow(): (part: Readonly<Record<string, string | boolean | undefined>>) => void {
  const navigate = useNavigate();
  return useCallback(
    (part) => void navigate({ to: '.', search: (before) => ({ ...before, ...part }), replace: true }),
    [navigate],
  );
}
