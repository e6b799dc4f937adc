import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { datasetQuery } from '../../server/datasets';

const LOOK_MS = 10_000;

/** Looks at the dataset again and again while the installation is about to delete versions of it. */
export function useShrinking(datasetId: string, isShrinking: boolean): void {
  const queryClient = useQueryClient();
  useEffect(() => {
    if (!isShrinking) return;
    const look = () => void queryClient.invalidateQueries({ queryKey: datasetQuery(datasetId).queryKey });
    const timer = setInterval(look, LOOK_MS);
    return () => clearInterval(timer);
  }, [queryClient, datasetId, isShrinking]);
}
