import type { Import } from '@sluice/contracts/catalogue/imports';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { datasetsKey } from '../../server/datasets';
import { cancelImport, follow, refusalOf } from '../../server/imports';
import { Card } from '../../ui/card';
import { ProblemNote } from '../../ui/problem-note';
import { SkeletonRows } from '../../ui/skeleton';
import { complain } from '../../ui/toasts';
import { ImportProgress, nameOf } from './import-progress';
import { ImportResult } from './import-result';
import { ImportReview } from './import-review';

interface FollowedProps {
  datasetId: string;
  importId: string;
  /** It ended without a version: why, or null where somebody wanted it so. */
  onEnd: (error: unknown) => void;
}

/** An import that is with the server, through its review to its end. */
export function FollowedImport({ datasetId, importId, onEnd }: FollowedProps) {
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
  if (error !== null) return <ProblemNote error={error} />;
  if (!state || phase === undefined || phase === 'failed') return <SkeletonRows />;
  if (phase === 'done') return <ImportResult datasetId={datasetId} state={state} />;
  const cancel = () => cancelImport(importId).catch(complain);
  return (
    <>
      {phase !== 'review' && !(isTrial && phase === 'reading') && (
        <Card>
          <ImportProgress
            phase={phase}
            name={nameOf(state)}
            rows={state.rows}
            onCancel={phase === 'publishing' ? undefined : () => void cancel()}
          />
        </Card>
      )}
      {(wasShown || phase === 'review') && (
        <ImportReview state={state} isTrial={isTrial} onTrial={setTrial} onDiscard={cancel} />
      )}
    </>
  );
}
