import { Form as AriaForm, type FormProps } from 'react-aria-components/Form';

/** A form whose only judge is the server: what it found wrong is shown, and never keeps the next attempt from being sent. */
export function Form(props: FormProps) {
  return <AriaForm {...props} validationBehavior="aria" />;
}
