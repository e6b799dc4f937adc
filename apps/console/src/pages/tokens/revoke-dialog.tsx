import type { Token } from '@sluice/contracts/tokens/tokens';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { revokeToken, tokensKey } from '../../server/tokens';
import { Button } from '../../ui/button';
import { Dialog } from '../../ui/dialog';
import { FormDialog } from '../../ui/form-dialog';
import { LastHourWords } from '../usage/cut-off';
import { ReceiptList } from './receipt-list';

/** Ends a token for good, and shows the proof. */
export function RevokeDialog({ token, onClose }: { token: Token; onClose: () => void }) {
  const queryClient = useQueryClient();
  const revoke = useMutation({
    mutationFn: () => revokeToken(token.id),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: tokensKey }),
  });
  if (revoke.data) {
    return (
      <Dialog
        title={`${token.name} is revoked`}
        isOpen
        onClose={onClose}
        footer={
          <Button look="primary" onPress={onClose}>
            Done
          </Button>
        }
      >
        <ReceiptList receipt={revoke.data.receipt} done="refused it" />
      </Dialog>
    );
  }
  return (
    <FormDialog title={`Revoke ${token.name}?`} action="Revoke token" task={revoke} onClose={onClose} hurts>
      <p>
        Whoever uses it is refused from now on. This cannot be undone; <strong>Disable</strong> refuses it for a while.
      </p>
      <LastHourWords of={{ tokenId: token.id }} />
    </FormDialog>
  );
}
