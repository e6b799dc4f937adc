import { X } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { Dialog as AriaDialog } from 'react-aria-components/Dialog';
import { FormContext } from 'react-aria-components/Form';
import { Heading } from 'react-aria-components/Heading';
import { Modal, ModalOverlay } from 'react-aria-components/Modal';
import { Button, IconButton } from './button';
import css from './dialog.module.css';
import { ProblemNote } from './problem-note';

interface DialogProps {
  title: string;
  isOpen: boolean;
  onClose: () => void;
  children: ReactNode;
  /** The buttons at the end of the dialog. */
  footer?: ReactNode;
  width?: 'narrow' | 'wide';
  /** The person has to decide; a press beside it does nothing. */
  mustDecide?: boolean;
}

/** A window above the page that keeps the focus until it is closed. */
export function Dialog({ title, isOpen, onClose, children, footer, width = 'narrow', mustDecide }: DialogProps) {
  return (
    <ModalOverlay
      isOpen={isOpen}
      onOpenChange={(open) => !open && onClose()}
      isDismissable={!mustDecide}
      isKeyboardDismissDisabled={mustDecide}
      className={css.overlay}
    >
      <Modal className={`${css.modal} ${css[width]}`}>
        <AriaDialog className={css.dialog}>
          <header className={css.head}>
            <Heading slot="title" className={css.title}>
              {title}
            </Heading>
            {!mustDecide && (
              <IconButton label="Close" onPress={onClose}>
                <X aria-hidden="true" />
              </IconButton>
            )}
          </header>
          {/* A form in it is one of its own, also where the dialog is opened from within another form. */}
          <FormContext value={null}>
            <div className={css.body}>{children}</div>
          </FormContext>
          {footer && <footer className={css.footer}>{footer}</footer>}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}

interface ConfirmProps {
  title: string;
  children: ReactNode;
  action: string;
  isOpen: boolean;
  onClose: () => void;
  onConfirm: () => Promise<unknown>;
}

/** Asks before something that hurts; what the server refuses is told in place. */
export function Confirm({ title, children, action, isOpen, onClose, onConfirm }: ConfirmProps) {
  const [pending, setPending] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const close = () => {
    setError(null);
    onClose();
  };
  const confirm = async () => {
    setPending(true);
    try {
      await onConfirm();
      close();
    } catch (thrown) {
      setError(thrown);
    } finally {
      setPending(false);
    }
  };
  return (
    <Dialog
      title={title}
      isOpen={isOpen}
      onClose={close}
      footer={
        <>
          <Button onPress={close}>Cancel</Button>
          <Button look="danger" onPress={() => void confirm()} isPending={pending}>
            {action}
          </Button>
        </>
      }
    >
      {children}
      {error !== null && <ProblemNote error={error} />}
    </Dialog>
  );
}
