import type { ImportReview } from '@sluice/contracts/catalogue/imports';
import { Card } from '../../ui/card';
import { FieldGroup } from '../../ui/field';
import { Fold } from '../../ui/fold';
import { fileOptions, type kindOf } from './file-kind';
import { OptionChip } from './option-chip';
import type { OptionPlace } from './option-dialog';
import css from './reading.module.css';
import { WarningList } from './warning-list';

interface FileReadingProps {
  kind: ReturnType<typeof kindOf>;
  review: Pick<ImportReview, 'reading' | 'warnings'>;
  onOpen: (place: OptionPlace) => void;
  isBusy: boolean;
}

/** How the whole file is read: what was said and what was guessed stands in sight, all else behind a fold. */
export function FileReading({ kind, review: { reading, warnings }, onOpen, isBusy }: FileReadingProps) {
  const ofFile = warnings.filter(({ field }) => field === undefined);
  const places = fileOptions[kind].map(
    (option): OptionPlace => ({
      option,
      value: reading[option],
      warnings: ofFile.filter((warning) => warning.option === option),
    }),
  );
  const isTold = ({ value, warnings }: OptionPlace) => value !== undefined || warnings.length > 0;
  const chips = (shown: readonly OptionPlace[]) =>
    shown.map((place) => <OptionChip key={place.option} place={place} onOpen={onOpen} isDisabled={isBusy} />);
  const told = places.filter(isTold);
  const others = places.filter((place) => !isTold(place));
  if (places.length === 0 && ofFile.length === 0) return null;
  return (
    <Card title="How it is read">
      <WarningList warnings={ofFile} />
      {told.length > 0 && (
        <FieldGroup legend="Said or guessed of this file">
          <div className={css.chips}>{chips(told)}</div>
        </FieldGroup>
      )}
      {others.length > 0 && (
        <Fold title="Read it otherwise" level={3}>
          <div className={css.chips}>{chips(others)}</div>
        </Fold>
      )}
    </Card>
  );
}
