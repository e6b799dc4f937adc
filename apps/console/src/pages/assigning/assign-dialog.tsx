import { type ReactNode, useState } from 'react';
import { Button } from '../../ui/button';
import { ComboBox } from '../../ui/combo-box';
import { Dialog } from '../../ui/dialog';
import { ProblemNote } from '../../ui/problem-note';
import type { Choice } from '../../ui/select';
import css from './assign-dialog.module.css';
import type { Assigning, Named } from './use-assigning';

/** Something that is assigned already, with what tells it from others of the same name. */
interface Held extends Named {
  detail: string;
}

interface AssignProps {
  title: string;
  about: ReactNode;
  /** The name of one of the things, such as `Token`. */
  noun: string;
  /** Those that were found for the words that were typed last. */
  found: readonly Choice[];
  onSearch: (words: string) => void;
  /** Shown in place of the choice, where there is nothing to choose from. */
  nothing: ReactNode;
  /** Undefined while it is on its way. */
  held: readonly Held[] | undefined;
  assigning: Assigning;
  onAssign: (id: string, done: () => void) => void;
  onRemove: (held: Held) => void;
  onClose: () => void;
}

/** Assigns things to one other, chosen from a list and saved one by one, and takes them away again. */
export function AssignDialog(props: AssignProps) {
  const { title, about, noun, found, onSearch, nothing, held, assigning, onAssign, onRemove, onClose } = props;
  const [chosen, setChosen] = useState<string | null>(null);
  const choices = found.filter(({ id }) => !held?.some((each) => each.id === id));
  const isEmpty = Boolean(nothing) && choices.length === 0;
  return (
    <Dialog
      title={title}
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>Done</Button>
          <Button
            look="primary"
            isDisabled={chosen === null}
            isPending={assigning.isSaving}
            onPress={() => chosen !== null && onAssign(chosen, () => setChosen(null))}
          >
            Save
          </Button>
        </>
      }
    >
      <p>{about}</p>
      {isEmpty && nothing}
      {held && !isEmpty && (
        <ComboBox
          key={held.length}
          label={noun}
          placeholder="Search by name"
          nothing="Nothing of this name"
          choices={choices}
          value={chosen}
          onChange={setChosen}
          onSearch={onSearch}
        />
      )}
      {held && held.length > 0 && (
        <ul className={css.list} aria-label="Assigned">
          {held.map((each) => (
            <li key={each.id} className={css.item}>
              <span className={css.held}>
                {each.name}
                <code>{each.detail}</code>
              </span>
              <Button
                look="quiet"
                aria-label={`Remove ${each.name}`}
                isPending={assigning.leaving.includes(each.id)}
                onPress={() => onRemove(each)}
              >
                Remove
              </Button>
            </li>
          ))}
        </ul>
      )}
      {assigning.error && <ProblemNote error={assigning.error} />}
      {assigning.question}
    </Dialog>
  );
}
