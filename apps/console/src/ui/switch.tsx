import { Switch as AriaSwitch, type SwitchProps } from 'react-aria-components/Switch';
import css from './switch.module.css';

/** On or off, told by colour, place and word. */
export function Switch({
  label,
  hideLabel,
  ...props
}: Omit<SwitchProps, 'children'> & { label: string; hideLabel?: boolean }) {
  return (
    <AriaSwitch {...props} aria-label={hideLabel ? label : undefined} className={css.switch}>
      <span className={css.track} aria-hidden="true" />
      {!hideLabel && <span>{label}</span>}
    </AriaSwitch>
  );
}
