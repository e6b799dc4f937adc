import { useBlocker } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Button } from '../ui/button';
import { Dialog } from '../ui/dialog';

/** Asks before what was typed is lost: by a way that leads off the page, or by closing it. */
export function KeepUnsaved({
  isChanged,
  children = 'What you changed here is not saved yet.',
}: {
  isChanged: boolean;
  /** What becomes of it. */
  children?: ReactNode;
}) {
  const { status, proceed, reset } = useBlocker({
    shouldBlockFn: () => isChanged,
    enableBeforeUnload: () => isChanged,
    withResolver: true,
  });
  return (
    <Dialog
      title="Leave without saving?"
      isOpen={status === 'blocked'}
      onClose={() => reset?.()}
      footer={
        <>
          <Button look="danger" onPress={() => proceed?.()}>
            Leave
          </Button>
          <Button look="primary" onPress={() => reset?.()}>
            Stay here
          </Button>
        </>
      }
    >
      <p>{children}</p>
    </Dialog>
  );
}
