import { useEffect, useRef } from 'react';
import { Form as AriaForm, type FormProps } from 'react-aria-components/Form';

/** A form whose only judge is the server: what it found wrong is shown, and never keeps the next attempt from being sent. */
export function Form({
  refused,
  ...props
}: FormProps & { /** What was refused: the first field of it gets the focus. */ refused?: unknown }) {
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (refused) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [refused]);
  return <AriaForm {...props} ref={form} validationBehavior="aria" />;
}
