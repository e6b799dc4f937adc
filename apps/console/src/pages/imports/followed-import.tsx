import { cancelImport } from '../../server/imports';
import { Card } from '../../ui/card';
import { ProblemNote } from '../../ui/problem-note';
import { SkeletonRows } from '../../ui/skeleton';
import { complain } from '../../ui/toasts';
import { ImportProgress, nameOf } from './import-progress';
import { ImportResult } from './import-result';
import { ImportReview } from './import-review';
import { useFollowedImport } from './use-followed-import';

interface FollowedProps {
  datasetId: string;
  importId: string;
  /** It ended without a version: why, or null where somebody wanted it so. */
  onEnd: (error: unknown) => void;
}

/** An import that is with the server, through its review to its end. */
export function FollowedImport({ datasetId, importId, onEnd }: FollowedProps) {
  const { state, error, wasShown, isTrial, setTrial } = useFollowedImport(importId, onEnd);
  if (error !== null) return <ProblemNote error={error} />;
  if (!state || state.phase === 'failed') return <SkeletonRows />;
  const { phase } = state;
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
      {wasShown && <ImportReview state={state} isTrial={isTrial} onTrial={setTrial} onDiscard={cancel} />}
    </>
  );
}
