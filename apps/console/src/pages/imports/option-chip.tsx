import { Button } from 'react-aria-components/Button';
import { offersOf } from './offers';
import type { OptionPlace } from './option-dialog';
import css from './reading.module.css';
import { optionWords, wordsOf } from './reading-options';

interface ChipProps {
  place: OptionPlace;
  onOpen: (place: OptionPlace) => void;
  isDisabled: boolean;
}

/** Tells how one thing of a file is read, whether somebody said so or it was guessed, and opens the option that decides it. */
export function OptionChip({ place, onOpen, isDisabled }: ChipProps) {
  const { option, field, value, warnings } = place;
  const { label } = optionWords[option];
  const isGuessed = value === undefined && warnings.length > 0;
  const isUndecided = warnings.some((warning) => offersOf(warning).length > 0);
  const unsaid = isUndecided ? 'not decided' : isGuessed ? 'guessed' : 'automatic';
  const state = value === undefined ? unsaid : wordsOf(option, value);
  return (
    <Button
      className={`${css.chip} ${value !== undefined ? css.said : isGuessed ? css.guessed : ''}`}
      aria-label={field && `${label}: ${state}, of ${field.name}`}
      onPress={() => onOpen(place)}
      isDisabled={isDisabled}
    >
      <span className={css.chipLabel}>{label}:</span> <span className={css.chipState}>{state}</span>
    </Button>
  );
}
