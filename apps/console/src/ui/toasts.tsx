import { X } from 'lucide-react';
import { Text } from 'react-aria-components/Text';
import {
  UNSTABLE_Toast as Toast,
  UNSTABLE_ToastContent as ToastContent,
  UNSTABLE_ToastQueue as ToastQueue,
  UNSTABLE_ToastRegion as ToastRegion,
} from 'react-aria-components/Toast';
import { messageOf } from '../server/problem';
import { Button, IconButton } from './button';
import css from './toasts.module.css';

interface Message {
  title: string;
  detail?: string;
  requestId?: string | null;
  tone: 'good' | 'bad';
  undo?: () => void;
}

/** The time stands still while a message is pointed at or has the focus. */
const GOOD_MS = 5_000;
/** Long enough to see what it was, and to take it back. */
const UNDO_MS = 12_000;
const BAD_MS = 12_000;
const queue = new ToastQueue<Message>({ maxVisibleToasts: 3 });

let lastGood: string | undefined;

/** Tells that something worked, in the place of what worked before; with `undo`, it can be taken back from there. */
export function say(title: string, undo?: () => void): void {
  if (lastGood !== undefined) queue.close(lastGood);
  lastGood = queue.add({ title, tone: 'good', undo }, { timeout: undo ? UNDO_MS : GOOD_MS });
}

/** Tells what failed where no field is to blame; long enough to read and to copy its request id. */
export function complain(error: unknown): void {
  queue.add({ ...messageOf(error), tone: 'bad' }, { timeout: BAD_MS });
}

export function Toasts() {
  return (
    <ToastRegion queue={queue} className={css.region} aria-label="Messages">
      {({ toast }) => (
        <Toast toast={toast} className={`${css.toast} ${css[toast.content.tone]}`}>
          <ToastContent className={css.content}>
            <Text slot="title" className={css.title}>
              {toast.content.title}
            </Text>
            {toast.content.detail && <Text slot="description">{toast.content.detail}</Text>}
            {toast.content.requestId && <code>{toast.content.requestId}</code>}
          </ToastContent>
          {toast.content.undo && (
            <Button
              look="quiet"
              onPress={() => {
                toast.content.undo?.();
                queue.close(toast.key);
              }}
            >
              Undo
            </Button>
          )}
          <IconButton slot="close" label="Close">
            <X aria-hidden="true" />
          </IconButton>
        </Toast>
      )}
    </ToastRegion>
  );
}
