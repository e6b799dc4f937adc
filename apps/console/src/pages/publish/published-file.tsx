import type { Dataset } from '@sluice/contracts/catalogue/datasets';
import { useCallback } from 'react';
import { cancelImport } from '../../server/imports';
import { KeepUnsaved } from '../../shell/keep-unsaved';
import { Card } from '../../ui/card';
import { ProblemNote } from '../../ui/problem-note';
import { SkeletonRows } from '../../ui/skeleton';
import { complain } from '../../ui/toasts';
import { ImportProgress, nameOf } from '../imports/import-progress';
import { useFollowedImport } from '../imports/use-followed-import';
import { PublishReview } from './publish-review';
import type { Holder } from './use-held-dataset';

interface PublishedProps {
  dataset: Dataset;
  importId: string;
  holder: Holder;
  /** It is not to be published, or cannot be: why, or null where somebody wanted it so. */
  onEnd: (error: unknown) => void;
}

/** A file that is with the server: watched, looked over, published, and shown as an endpoint that answers. */
export function PublishedFile({ dataset, importId, holder, onEnd }: PublishedProps) {
  const end = useCallback(
    (error: unknown) => {
      holder.hold(dataset);
      onEnd(error);
    },
    [holder, dataset, onEnd],
  );
  const { state, error, wasShown, isTrial, setTrial } = useFollowedImport(importId, end);
  if (error !== null) return <ProblemNote error={error} />;
  if (!state || state.phase === 'failed') return <SkeletonRows />;
  const discard = () => cancelImport(importId).catch(complain);
  if (wasShown) {
    return (
      <PublishReview
        dataset={dataset}
        state={state}
        holder={holder}
        isTrial={isTrial}
        onTrial={setTrial}
        onDiscard={discard}
      />
    );
  }
  return (
    <Card>
      <ImportProgress phase={state.phase} name={nameOf(state)} rows={state.rows} onCancel={() => void discard()} />
      <KeepUnsaved isChanged>The file is being read: it is discarded if you leave now.</KeepUnsaved>
    </Card>
  );
}
