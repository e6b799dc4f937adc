import type { Import, ImportPhase } from '@sluice/contracts/catalogue/imports';
import { Label } from 'react-aria-components/Label';
import { ProgressBar } from 'react-aria-components/ProgressBar';
import { Button } from '../../ui/button';
import { bytes, count } from '../../ui/units';
import css from './imports.module.css';

export const phaseWords: Readonly<Record<ImportPhase, string>> = {
  receiving: 'Uploading',
  reading: 'Reading and finding types',
  review: 'Waiting for you',
  storing: 'Storing',
  publishing: 'Publishing',
  done: 'Done',
  failed: 'Failed',
};

/** A program may have sent it without a name. */
export const nameOf = ({ fileName }: Import) => fileName ?? 'a file without a name';

/** Bytes while the file is on its way, rows while it is read. */
export function ImportProgress({
  name,
  phase,
  bytes: upload,
  rows = 0,
  onCancel,
}: {
  name: string;
  phase: ImportPhase;
  bytes?: { sent: number; size: number };
  rows?: number;
  /** Absent once it is too late. */
  onCancel?: () => void;
}) {
  const figure = upload ? `${bytes(upload.sent)} of ${bytes(upload.size)}` : `${count(rows)} rows`;
  return (
    <>
      <ProgressBar
        className={css.progress}
        value={upload?.sent ?? 0}
        maxValue={Math.max(upload?.size ?? 1, 1)}
        isIndeterminate={!upload}
        valueLabel={figure}
      >
        {({ percentage }) => (
          <>
            <div className={css.progressHead}>
              <Label>
                {phaseWords[phase]} <strong>{name}</strong>
              </Label>
              <span className={css.figure}>{figure}</span>
            </div>
            <div className={css.track}>
              <div
                className={upload ? css.fill : `${css.fill} ${css.running}`}
                style={{ width: upload ? `${percentage ?? 0}%` : undefined }}
              />
            </div>
          </>
        )}
      </ProgressBar>
      <div className={css.actions}>
        <p className={css.phase} role="status">
          {phaseWords[phase]}
          {!upload && `, ${figure}`}
        </p>
        <Button onPress={onCancel} isDisabled={!onCancel}>
          Cancel
        </Button>
      </div>
    </>
  );
}
