import { useId } from 'react';
import { CopyButton } from './copy-button';
import { Note } from './note';
import css from './secret-field.module.css';

/** A secret in the one moment in which it can be seen. */
export function SecretField({
  label,
  secret,
  kept = 'Only a fingerprint of it is stored.',
}: {
  label: string;
  secret: string;
  /** What is left of it here, in a sentence. */
  kept?: string;
}) {
  const id = useId();
  return (
    <>
      <div className={css.field}>
        <label htmlFor={id}>{label}</label>
        <div className={css.row}>
          <input id={id} className={css.secret} value={secret} readOnly onFocus={(event) => event.target.select()} />
          <CopyButton text={secret} label="Copy" look="primary" />
        </div>
      </div>
      <Note tone="warn">Copy it now: you will not see it again. {kept}</Note>
    </>
  );
}
