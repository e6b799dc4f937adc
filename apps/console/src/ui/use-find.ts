import { useNavigate } from '@tanstack/react-router';
import { useCallback } from 'react';

/** Puts the words that are looked for into the address of the list that is shown. */
export function useFind(): (q: string | undefined) => void {
  const navigate = useNavigate();
  return useCallback(
    (q) => void navigate({ to: '.', search: (before) => ({ ...before, q }), replace: true }),
    [navigate],
  );
}
