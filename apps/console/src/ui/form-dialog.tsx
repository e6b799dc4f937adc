import { type ReactNode, useId, useState } from 'react';
import { isToldAt } from '../server/problem';
import { Button } from './button';
import { Dialog } from './dialog';
import css from './dialog.module.css';
import { Form } from './form';
import { ProblemNote } from './problem-note';
import { SecretField } from './secret-field';

interface FormDialogProps {
  title: string;
  /** The text of its button. */
  action: string;
  hurts?: boolean;
  task: { mutate: () => void; isPending: boolean; error: unknown };
  /** The places whose faults a field of the form shows; all others are shown below. */
  places?: readonly string[];
  onClose: () => void;
  children: ReactNode;
}

/** A dialog that asks for something and sends it; what the server refuses is told in it. Once something was typed it asks before it closes. */
export function FormDialog({ title, action, hurts, task, places = [], onClose, children }: FormDialogProps) {
  const form = useId();
  const { mutate, isPending, error } = task;
  const [isTouched, setTouched] = useState(false);
  const [isAsking, setAsking] = useState(false);
  const leave = () => (isTouched ? setAsking(true) : onClose());
  return (
    <Dialog
      title={title}
      isOpen
      onClose={leave}
      footer={
        <>
          <Button onPress={leave}>Cancel</Button>
          <Button look={hurts ? 'danger' : 'primary'} type="submit" form={form} isPending={isPending}>
            {action}
          </Button>
        </>
      }
    >
      <Form
        id={form}
        refused={error}
        onSubmit={() => {
          mutate();
        }}
      >
        <div className={css.form} onInput={() => setTouched(true)}>
          {children}
          {error !== null && !isToldAt(error, places) && <ProblemNote error={error} />}
        </div>
      </Form>
      <Dialog
        title="Close without saving?"
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        footer={
          <>
            <Button look="danger" onPress={onClose}>
              Discard
            </Button>
            <Button look="primary" onPress={() => setAsking(false)}>
              Stay here
            </Button>
          </>
        }
      >
        <p>What you changed here is not saved yet.</p>
      </Dialog>
    </Dialog>
  );
}

/** The one moment in which a secret is seen: it ends only when somebody says that they have it. */
export function SecretDialog({
  title,
  label,
  secret,
  kept,
  onClose,
  children,
}: {
  title: string;
  label: string;
  secret: string;
  kept?: string;
  onClose: () => void;
  children?: ReactNode;
}) {
  return (
    <Dialog
      title={title}
      isOpen
      onClose={onClose}
      mustDecide
      width="wide"
      footer={
        <Button look="primary" onPress={onClose}>
          I have copied it
        </Button>
      }
    >
      <SecretField label={label} secret={secret} kept={kept} />
      {children}
    </Dialog>
  );
}
