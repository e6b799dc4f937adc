import type { TestedApi } from '@sluice/contracts/gateway/api-test';
import { Confirm } from '../../ui/dialog';
import { say } from '../../ui/toasts';

interface SendProps {
  isOpen: boolean;
  onClose: () => void;
  onSend: () => Promise<TestedApi>;
}

/** Asks before rows are written for good. */
export function SendForReal({ isOpen, onClose, onSend }: SendProps) {
  return (
    <Confirm
      title="Send these rows for real?"
      action="Send rows"
      isOpen={isOpen}
      onClose={onClose}
      onConfirm={async () => {
        const { response } = await onSend();
        if (response.status === 201) say('The rows are written');
      }}
    >
      <p>They become part of the dataset, for every consumer of it. They cannot be taken back one by one.</p>
    </Confirm>
  );
}
