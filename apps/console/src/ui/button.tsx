import { Button as AriaButton, type ButtonProps } from 'react-aria-components/Button';
import css from './button.module.css';

export type ButtonLook = 'primary' | 'plain' | 'quiet' | 'danger';

interface Props extends Omit<ButtonProps, 'className' | 'isPending'> {
  look?: ButtonLook;
  className?: string;
  /** Shows that the work it started is under way. */
  isPending?: boolean;
}

/** A button; while it is pending it keeps its width and the focus, and takes no second press. */
export function Button({ look = 'plain', className, isPending = false, type, onPress, ...props }: Props) {
  return (
    <AriaButton
      {...props}
      type={isPending ? 'button' : type}
      onPress={isPending ? undefined : onPress}
      aria-disabled={isPending || undefined}
      className={[buttonClass(look), isPending && css.pending, className].filter(Boolean).join(' ')}
    />
  );
}

/** For links that look like buttons. */
export function buttonClass(look: ButtonLook = 'plain'): string {
  return `${css.button} ${css[look]}`;
}

/** A square button with a picture alone: its label is for those who do not see it. */
export function IconButton({ label, className, ...props }: ButtonProps & { label: string; className?: string }) {
  return (
    <AriaButton
      {...props}
      aria-label={label}
      className={[css.button, css.quiet, css.icon, className].filter(Boolean).join(' ')}
    />
  );
}
