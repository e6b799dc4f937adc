import type { Fault } from '@sluice/contracts/fault';
import { type ReactNode, useId, useState } from 'react';
import { FieldError } from 'react-aria-components/FieldError';
import { Group } from 'react-aria-components/Group';
import { Input } from 'react-aria-components/Input';
import { Label } from 'react-aria-components/Label';
import { Text } from 'react-aria-components/Text';
import { TextArea } from 'react-aria-components/TextArea';
import { TextField as AriaTextField, type TextFieldProps } from 'react-aria-components/TextField';
import css from './field.module.css';

interface FieldProps extends Omit<TextFieldProps, 'className' | 'children'> {
  label: string;
  hint?: ReactNode;
  /** The fault of the value, as the server told it. */
  faults?: readonly Fault[];
  placeholder?: string;
  /** More than one line. */
  rows?: number;
  mono?: boolean;
}

/** A labelled text field that tells hints and faults below itself; a fault is one of the value that it came for, and goes with it. */
export function TextField({ label, hint, faults: told = [], placeholder, rows, mono, ...props }: FieldProps) {
  const faults = useFaultsOf(props.value, told);
  const input = `${css.input} ${mono ? css.mono : ''}`;
  return (
    <AriaTextField {...props} isInvalid={faults.length > 0 || props.isInvalid} className={css.field}>
      <Label className={css.label}>
        {label}
        {props.isRequired && <span className={css.required}> required</span>}
      </Label>
      {rows ? (
        <TextArea className={input} rows={rows} placeholder={placeholder} />
      ) : (
        <Input className={input} placeholder={placeholder} />
      )}
      {hint && faults.length === 0 && (
        <Text slot="description" className={css.hint}>
          {hint}
        </Text>
      )}
      <FieldError className={css.error}>{faults.length > 0 ? <FaultLines faults={faults} /> : undefined}</FieldError>
    </AriaTextField>
  );
}

/** The faults, while the value is still the one that they came for. */
function useFaultsOf(value: string | undefined, faults: readonly Fault[]): readonly Fault[] {
  const [first] = faults;
  const [told, setTold] = useState({ first, value });
  if (told.first !== first) setTold({ first, value });
  return told.first !== first || told.value === value ? faults : [];
}

/** Faults as lines: what is wrong, and what was probably meant. */
export function FaultLines({ faults }: { faults: readonly Fault[] }) {
  return faults.map((fault) => (
    <span key={`${fault.pointer}${fault.name}${fault.code}${fault.detail}`} className={css.fault}>
      {fault.line !== undefined && (
        <strong>
          Line {fault.line}
          {fault.column !== undefined && `, column ${fault.column}`}:{' '}
        </strong>
      )}
      {fault.detail}
      {fault.hint && <> · {fault.hint}</>}
    </span>
  ));
}

/** Several controls under one heading. */
export function FieldGroup({ legend, hint, children }: { legend: string; hint?: ReactNode; children: ReactNode }) {
  const id = useId();
  return (
    <Group aria-labelledby={id} className={css.field}>
      <span id={id} className={css.label}>
        {legend}
      </span>
      {children}
      {hint && <span className={css.hint}>{hint}</span>}
    </Group>
  );
}
