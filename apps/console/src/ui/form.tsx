import { useEffect, useRef } from 'react';
import { Form as AriaForm, type FormProps } from 'react-aria-components/Form';

interface Props extends Omit<FormProps, 'onSubmit'> {
  onSubmit: () => void;
  /** What was refused: the first field of it gets the focus. */
  refused?: unknown;
}

/**
 * A form whose only judge is the server: what it found wrong is shown, and never keeps the next attempt from being sent. One in a
 * dialog that was opened from within another form sends itself alone.
 */
export function Form({ onSubmit, refused, ...props }: Props) {
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (refused) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [refused]);
  return (
    <AriaForm
      {...props}
      ref={form}
      validationBehavior="aria"
      onSubmit={(event) => {
        event.preventDefault();
        event.stopPropagation();
        onSubmit();
      }}
    />
  );
}
