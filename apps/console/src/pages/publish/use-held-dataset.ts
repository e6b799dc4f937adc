import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo, useRef } from 'react';
import { datasetsKey } from '../../server/datasets';
import { complain } from '../../ui/toasts';
import { discardDataset, forgetDataset, rememberDataset, type Unpublished } from './unpublished';

export interface Holder {
  hold: (dataset: Unpublished) => void;
  /** From here on it is not taken away by leaving: it may be published. */
  release: () => void;
  /** It is published. */
  settle: (id: string) => void;
  discard: () => Promise<void>;
}

/** Holds the dataset that was made for a file: while it is held, it goes when the page is left or closed. */
export function useHeldDataset(): Holder {
  const held = useRef<string | null>(null);
  const queryClient = useQueryClient();
  const holder = useMemo<Holder>(
    () => ({
      hold: (dataset) => {
        if (held.current !== dataset.id) rememberDataset(dataset);
        held.current = dataset.id;
      },
      release: () => {
        held.current = null;
      },
      settle: (id) => {
        held.current = null;
        forgetDataset(id);
      },
      discard: async () => {
        const id = held.current;
        held.current = null;
        if (id === null) return;
        await discardDataset(id).catch(complain);
        await queryClient.invalidateQueries({ queryKey: datasetsKey });
      },
    }),
    [queryClient],
  );
  useEffect(() => {
    const leave = () => void holder.discard();
    window.addEventListener('pagehide', leave);
    return () => {
      window.removeEventListener('pagehide', leave);
      leave();
    };
  }, [holder]);
  return holder;
}
