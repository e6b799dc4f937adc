import type { Import } from '@sluice/contracts/catalogue/imports';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { datasetsKey } from '../../server/datasets';
import { follow, refusalOf } from '../../server/imports';

/** An import as it stands with the server. */
interface Followed {
  state: Import | null;
  /** Why nothing more of it can be told. */
  error: unknown;
  /** It has waited for a decision once: what it found goes on to be shown. */
  wasShown: boolean;
  /** Whether the file was read anew last, not asked to be published. */
  isTrial: boolean;
  setTrial: (isTrial: boolean) => void;
}

/** Follows an import; `onEnd` is told when it ends without a version: why, or null where somebody wanted it so. */
export function useFollowedImport(importId: string, onEnd: (error: unknown) => void): Followed {
  const [state, setState] = useState<Import | null>(null);
  const [wasShown, setShown] = useState(false);
  const [isTrial, setTrial] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const queryClient = useQueryClient();
  useEffect(() => follow(importId, setState, setError), [importId]);
  const phase = state?.phase;
  useEffect(() => {
    if (phase === 'review') setShown(true);
    if (phase === 'done') void queryClient.invalidateQueries({ queryKey: datasetsKey });
    if (state && phase === 'failed') onEnd(state.error?.code === 'import_cancelled' ? null : refusalOf(state));
  }, [state, phase, onEnd, queryClient]);
  return { state, error, wasShown: wasShown || phase === 'review', isTrial, setTrial };
}
