import { X } from 'lucide-react';
import { Button } from './button';
import { ComboBox } from './combo-box';
import css from './filter-box.module.css';
import type { Choice } from './select';

/** Narrows a list to one of many things, found by typing. The chosen one stands in its place, and a press gives all again. */
export function FilterBox({
  noun,
  chosen,
  found,
  onWanted,
  onSearch,
  onChoose,
}: {
  /** The name of one of the things, such as `dataset`. */
  noun: string;
  /** The name of the chosen one; undefined where none is. */
  chosen: string | undefined;
  /** Undefined until they are there. */
  found: readonly Choice[] | undefined;
  /** Somebody begins to look: what is found is not needed before. */
  onWanted: () => void;
  onSearch: (words: string) => void;
  onChoose: (id: string | undefined) => void;
}) {
  if (chosen !== undefined) {
    return (
      <Button aria-label={`Any ${noun}, not only ${chosen}`} className={css.chosen} onPress={() => onChoose(undefined)}>
        <span className={css.name} title={chosen}>
          {chosen}
        </span>
        <X aria-hidden="true" />
      </Button>
    );
  }
  return (
    <div className={css.box}>
      <ComboBox
        label={`Filter by ${noun}`}
        hideLabel
        placeholder={`Any ${noun}`}
        nothing={found ? `No ${noun} of this name` : 'Looking …'}
        choices={found ?? []}
        value={null}
        onChange={(id) => id !== null && onChoose(id)}
        onSearch={onSearch}
        onFocus={onWanted}
      />
    </div>
  );
}
