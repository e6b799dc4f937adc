import type { Token } from '@sluice/contracts/tokens/tokens';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { rotateToken, tokensKey } from '../../server/tokens';
import { Fold } from '../../ui/fold';
import { FormDialog, SecretDialog } from '../../ui/form-dialog';
import { Select } from '../../ui/select';
import { ConnectAgent } from './connect-agent';
import { ReceiptList } from './receipt-list';
import { ShareProfileLink } from './share-profile';

const graces = [
  { id: '0', label: 'At once' },
  { id: '3600', label: 'After an hour' },
  { id: '86400', label: 'After a day' },
  { id: '604800', label: 'After a week' },
];

/** A new secret under the same name and assignments; the old one goes on for as long as its holders need. */
export function RotateDialog({ token, onClose }: { token: Token; onClose: () => void }) {
  const [grace, setGrace] = useState('86400');
  const queryClient = useQueryClient();
  const rotate = useMutation({
    mutationFn: () => rotateToken(token.id, { graceSeconds: Number(grace) }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: tokensKey }),
  });
  if (rotate.data) {
    return (
      <SecretDialog
        title={`${token.name} has a new secret`}
        label="New token"
        secret={rotate.data.secret}
        onClose={onClose}
      >
        <ShareProfileLink name={token.name} profile={rotate.data.shareProfile} />
        <Fold title="Connect an agent" level={3}>
          <ConnectAgent secret={rotate.data.secret} />
        </Fold>
        <ReceiptList receipt={rotate.data.receipt} done="knew of it" />
      </SecretDialog>
    );
  }
  return (
    <FormDialog title={`Rotate ${token.name}`} action="Rotate" task={rotate} onClose={onClose}>
      <p>The token gets a new secret and keeps its assignments.</p>
      <Select label="The old secret ends" choices={graces} value={grace} onChange={setGrace} />
    </FormDialog>
  );
}
