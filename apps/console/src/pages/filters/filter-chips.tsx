import { ListFilter, X } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../../ui/button';
import { type Chip, type FilteredField, sentenceOf, withChip, wordsOf } from './chips';
import { FilterDialog } from './filter-dialog';
import css from './filters.module.css';

/** Conditions that all hold, as chips that are edited and removed, and a way to add one. */
export function FilterChips({
  fields,
  chips,
  onChips,
  parameters,
  byHand = '',
  onForget,
}: {
  fields: readonly FilteredField[];
  chips: readonly Chip[];
  onChips: (chips: Chip[]) => void;
  parameters?: readonly string[];
  /** What was written and is no chip: it stays, in one chip of its own. */
  byHand?: string;
  onForget: () => void;
}) {
  const [open, setOpen] = useState<Chip | 'new' | null>(null);
  const edited = open === 'new' ? null : open;
  return (
    <div className={css.chips}>
      {chips.map((chip) => (
        <span key={sentenceOf(chip)} className={css.chip}>
          <button
            type="button"
            className={css.words}
            aria-label={`Edit filter: ${sentenceOf(chip)}`}
            title={sentenceOf(chip)}
            onClick={() => setOpen(chip)}
          >
            <span className={css.field}>{chip.field}</span> {wordsOf(chip).operator} <b>{wordsOf(chip).value}</b>
          </button>
          <Remove
            label={`Remove filter: ${sentenceOf(chip)}`}
            onRemove={() => onChips(chips.filter((each) => each !== chip))}
          />
        </span>
      ))}
      {byHand !== '' && (
        <span className={`${css.chip} ${css.hand}`}>
          <span className={css.words} title={byHand}>
            written by hand: <code>{byHand}</code>
          </span>
          <Remove label="Remove what is written by hand" onRemove={onForget} />
        </span>
      )}
      <Button look="quiet" className={css.add} isDisabled={fields.length === 0} onPress={() => setOpen('new')}>
        <ListFilter aria-hidden="true" />
        Add filter
      </Button>
      {open !== null && (
        <FilterDialog
          fields={fields}
          start={edited}
          parameters={parameters}
          onClose={() => setOpen(null)}
          onChip={(chip) => {
            onChips(withChip(chips, chip, edited ?? undefined));
            setOpen(null);
          }}
        />
      )}
    </div>
  );
}

function Remove({ label, onRemove }: { label: string; onRemove: () => void }) {
  return (
    <button type="button" className={css.remove} aria-label={label} onClick={onRemove}>
      <X aria-hidden="true" />
    </button>
  );
}
