import { ChevronDown } from 'lucide-react';
import { Button } from 'react-aria-components/Button';
import { ComboBox as AriaComboBox } from 'react-aria-components/ComboBox';
import { Input } from 'react-aria-components/Input';
import { Label } from 'react-aria-components/Label';
import { ListBox } from 'react-aria-components/ListBox';
import { Popover } from 'react-aria-components/Popover';
import css from './combo-box.module.css';
import fieldCss from './field.module.css';
import { type Choice, Option } from './select';
import selectCss from './select.module.css';

/** One of many choices, found by typing: `choices` are those that the server found for what was typed last. */
export function ComboBox({
  label,
  choices,
  value,
  onChange,
  onSearch,
  onFocus,
  placeholder,
  nothing,
  hideLabel,
}: {
  label: string;
  choices: readonly Choice[];
  value: string | null;
  onChange: (id: string | null) => void;
  onSearch: (words: string) => void;
  onFocus?: () => void;
  placeholder?: string;
  /** Told when nothing fits. */
  nothing: string;
  hideLabel?: boolean;
}) {
  return (
    <AriaComboBox
      className={fieldCss.field}
      aria-label={hideLabel ? label : undefined}
      items={choices}
      value={value}
      onChange={(key) => onChange(key === null ? null : String(key))}
      onInputChange={onSearch}
      onFocus={onFocus}
      allowsEmptyCollection
      menuTrigger="focus"
    >
      {!hideLabel && <Label className={fieldCss.label}>{label}</Label>}
      <div className={css.box}>
        <Input className={fieldCss.input} placeholder={placeholder} />
        <Button className={css.open}>
          <ChevronDown aria-hidden="true" />
        </Button>
      </div>
      <Popover className={selectCss.popover}>
        <ListBox className={selectCss.list} renderEmptyState={() => <div className={selectCss.none}>{nothing}</div>}>
          {(choice: Choice) => <Option choice={choice} />}
        </ListBox>
      </Popover>
    </AriaComboBox>
  );
}
