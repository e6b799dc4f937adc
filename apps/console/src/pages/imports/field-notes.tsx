import type { ImportWarning, Reading } from '@sluice/contracts/catalogue/reading';
import type { Field } from '@sluice/contracts/fields';
import { SlidersHorizontal } from 'lucide-react';
import { useRef } from 'react';
import { Refusal } from '../../server/problem';
import { Button } from '../../ui/button';
import { FaultLines } from '../../ui/field';
import { ActionMenu } from '../../ui/menu';
import { ProblemNote } from '../../ui/problem-note';
import { type Offer, offersOf } from './offers';
import { OptionChip } from './option-chip';
import type { OptionPlace } from './option-dialog';
import css from './reading.module.css';
import { fieldOptions, keyOfField, optionWords, saidOfField } from './reading-options';
import type { ReadingTrials } from './use-reading';
import { placeOf } from './warning-list';

/** How the fields of a file are read, and what can be done about it. */
export interface FieldReadings {
  /** Not so where the file itself says how it is to be read. */
  isOpen: boolean;
  reading: Reading;
  warnings: readonly ImportWarning[];
  trials: ReadingTrials;
  isBusy: boolean;
  onOpen: (place: OptionPlace) => void;
}

function placesOf(field: Field, { reading, warnings }: FieldReadings): OptionPlace[] {
  const key = keyOfField(reading, field);
  const said = saidOfField(reading, key);
  return fieldOptions.map((option) => ({
    option,
    field: { key, name: field.name },
    value: said[option],
    warnings: warnings.filter((warning) => warning.field === field.name && warning.option === option),
  }));
}

/** Everything by which the values of one field can be read otherwise. */
export function FieldMenu({ field, readings }: { field: Field; readings: FieldReadings }) {
  if (!readings.isOpen) return null;
  return (
    <ActionMenu
      label={`Read ${field.name} otherwise`}
      actions={placesOf(field, readings).map((place) => ({
        label: optionWords[place.option].label,
        picture: SlidersHorizontal,
        run: () => readings.onOpen(place),
      }))}
    />
  );
}

/** Tells below a field what was said, guessed or left open of its values, and offers what would settle it. */
export function FieldNotes({ field, readings }: { field: Field; readings: FieldReadings }) {
  const { warnings, trials, isBusy, onOpen } = readings;
  const frame = useRef<HTMLDivElement>(null);
  const own = warnings.filter((warning) => warning.field === field.name);
  const places = placesOf(field, readings);
  const told = places.filter(({ value, warnings }) => value !== undefined || warnings.length > 0);
  const key = places[0]?.field?.key ?? field.name;
  const failed = trials.last?.field === key ? trials.error : null;
  if (own.length === 0 && told.length === 0 && failed === null) return null;
  return (
    <div ref={frame} className={css.notes} tabIndex={-1}>
      {own.map((warning) => (
        <div key={`${warning.code} ${warning.detail}`} className={css.warning}>
          <p>
            {warning.detail}
            {placeOf(warning)}
          </p>
          {offersOf(warning).map((offer) => (
            <OfferLine
              key={offer.words}
              field={field.name}
              offer={offer}
              isBusy={isBusy}
              onApply={() => {
                // Its button is gone once it is done.
                trials.apply({ field: key, said: offer.said }, () => frame.current?.focus());
              }}
            />
          ))}
        </div>
      ))}
      {told.length > 0 && (
        <div className={css.chips}>
          {told.map((place) => (
            <OptionChip key={place.option} place={place} onOpen={onOpen} isDisabled={isBusy} />
          ))}
        </div>
      )}
      {failed instanceof Refusal && failed.faults.length > 0 ? (
        <p className={css.failed} role="alert">
          <FaultLines faults={failed.faults.slice(0, 3)} />
        </p>
      ) : (
        failed !== null && <ProblemNote error={failed} />
      )}
    </div>
  );
}

interface OfferProps {
  field: string;
  offer: Offer;
  isBusy: boolean;
  onApply: () => void;
}

/** One way to read the values, with some before and after. */
function OfferLine({ field, offer: { words, examples }, isBusy, onApply }: OfferProps) {
  return (
    <div className={css.offer}>
      <div className={css.examples}>
        <strong>{words}</strong>
        {examples.map(({ before, after }) => (
          <span key={before}>
            <code>{before}</code> → <code>{after ?? 'no value'}</code>
          </span>
        ))}
      </div>
      <Button aria-label={`Apply to ${field}: ${words}`} onPress={onApply} isPending={isBusy}>
        Apply
      </Button>
    </div>
  );
}
