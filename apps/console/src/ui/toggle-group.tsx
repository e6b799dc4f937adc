import { ToggleButton } from 'react-aria-components/ToggleButton';
import { ToggleButtonGroup } from 'react-aria-components/ToggleButtonGroup';
import css from './toggle-group.module.css';

/** One of a handful of choices that all stand in sight. */
export function ToggleGroup<Id extends string>({
  label,
  choices,
  value,
  onChange,
}: {
  label: string;
  choices: readonly { id: Id; label: string; words?: string }[];
  value: Id;
  onChange: (id: Id) => void;
}) {
  return (
    <ToggleButtonGroup
      aria-label={label}
      className={css.group}
      disallowEmptySelection
      selectedKeys={[value]}
      onSelectionChange={(keys) => {
        const chosen = choices.find(({ id }) => keys.has(id));
        if (chosen) onChange(chosen.id);
      }}
    >
      {choices.map(({ id, label: name, words }) => (
        <ToggleButton key={id} id={id} aria-label={words} className={css.choice}>
          {name}
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  );
}
