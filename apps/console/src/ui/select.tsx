import type { Fault } from '@sluice/contracts/fault';
import { Check, ChevronDown } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from 'react-aria-components/Button';
import { FieldError } from 'react-aria-components/FieldError';
import { Label } from 'react-aria-components/Label';
import { ListBox, ListBoxItem } from 'react-aria-components/ListBox';
import { Popover } from 'react-aria-components/Popover';
import { Select as AriaSelect, SelectValue } from 'react-aria-components/Select';
import { Text } from 'react-aria-components/Text';
import { FaultLines } from './field';
import fieldCss from './field.module.css';
import css from './select.module.css';

export interface Choice {
  id: string;
  label: string;
  detail?: string;
}

/** One of a few choices. */
export function Select({
  label,
  hint,
  choices,
  value,
  onChange,
  hideLabel,
  isDisabled,
  faults = [],
}: {
  label: string;
  hint?: ReactNode;
  choices: readonly Choice[];
  value: string;
  onChange: (id: string) => void;
  hideLabel?: boolean;
  isDisabled?: boolean;
  /** The fault of the choice, as the server told it. */
  faults?: readonly Fault[];
}) {
  return (
    <AriaSelect
      className={fieldCss.field}
      aria-label={hideLabel ? label : undefined}
      value={value}
      onChange={(key) => key !== null && onChange(String(key))}
      isDisabled={isDisabled}
      isInvalid={faults.length > 0}
    >
      {!hideLabel && <Label className={fieldCss.label}>{label}</Label>}
      <Button className={css.trigger}>
        <SelectValue className={css.value} />
        <ChevronDown aria-hidden="true" />
      </Button>
      {hint && faults.length === 0 && (
        <Text slot="description" className={fieldCss.hint}>
          {hint}
        </Text>
      )}
      <FieldError className={fieldCss.error}>
        {faults.length > 0 ? <FaultLines faults={faults} /> : undefined}
      </FieldError>
      <Popover className={css.popover}>
        <ListBox items={choices} className={css.list}>
          {(choice) => <Option choice={choice} />}
        </ListBox>
      </Popover>
    </AriaSelect>
  );
}

/** A line of a list of choices. */
export function Option({ choice }: { choice: Choice }) {
  return (
    <ListBoxItem id={choice.id} textValue={choice.label} className={css.option}>
      {({ isSelected }) => (
        <>
          <span className={css.text}>
            <Text slot="label">{choice.label}</Text>
            {choice.detail && (
              <Text slot="description" className={css.detail}>
                {choice.detail}
              </Text>
            )}
          </span>
          {isSelected && <Check aria-hidden="true" />}
        </>
      )}
    </ListBoxItem>
  );
}
