import type { ImportPhase } from '@sluice/contracts/imports';
import { Label } from 'react-aria-components/Label';
import { ProgressBar } from 'react-aria-components/ProgressBar';
import { Button } from '../../ui/button';
import { bytes, count } from '../../ui/units';
import css from './imports.module.css';
import type { Progress } from './use-import';

const words: Readonly<Record<ImportPhase, string>> = {
  receiving: 'Uploading',
  reading: 'Reading and finding types',
  storing: 'Storing',
  publishing: 'Publishing',
  done: 'Done',
  failed: 'Failed',
};

/** Bytes while the file is on its way, rows while it is read. */
export function ImportProgress({
  name,
  progress,
  onCancel,
}: {
  name: string;
  progress: Extract<Progress, { step: 'running' }>;
  onCancel: () => void;
}) {
  const { sent, size, state } = progress;
  const uploading = state === null;
  const phase = uploading ? words.receiving : words[state.phase];
  return (
    <>
      <ProgressBar
        className={css.progress}
        value={sent}
        maxValue={Math.max(size, 1)}
        isIndeterminate={!uploading}
        valueLabel={uploading ? `${bytes(sent)} of ${bytes(size)}` : `${count(state.rows)} rows`}
      >
        {({ percentage, valueText }) => (
          <>
            <div className={css.progressHead}>
              <Label>
                {phase} <strong>{name}</strong>
              </Label>
              <span className={css.figure}>{valueText}</span>
            </div>
            <div className={css.track}>
              <div
                className={uploading ? css.fill : `${css.fill} ${css.running}`}
                style={{ width: uploading ? `${percentage ?? 0}%` : undefined }}
              />
            </div>
          </>
        )}
      </ProgressBar>
      <p className={css.phase} role="status">
        {phase}
        {!uploading && `, ${count(state.rows)} rows`}
      </p>
      {uploading && (
        <div className={css.actions}>
          <Button onPress={onCancel}>Cancel</Button>
        </div>
      )}
    </>
  );
}
