import type { Token } from '@sluice/contracts/tokens';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { rotateToken, tokensQuery } from '../../server/tokens';
import { Button } from '../../ui/button';
import { Dialog } from '../../ui/dialog';
import { ProblemNote } from '../../ui/problem-note';
import { SecretField } from '../../ui/secret-field';
import { Select } from '../../ui/select';
import { ReceiptList } from './receipt-list';

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
    onSuccess: () => queryClient.invalidateQueries({ queryKey: tokensQuery.queryKey }),
  });
  if (rotate.data) {
    return (
      <Dialog
        title={`${token.name} has a new secret`}
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
        <SecretField label="New token" secret={rotate.data.secret} />
        <ReceiptList receipt={rotate.data.receipt} done="knew of it" />
      </Dialog>
    );
  }
  return (
    <Dialog
      title={`Rotate ${token.name}`}
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button look="primary" isPending={rotate.isPending} onPress={() => rotate.mutate()}>
            Rotate
          </Button>
        </>
      }
    >
      <p>The token gets a new secret and keeps its assignments.</p>
      <Select label="The old secret ends" choices={graces} value={grace} onChange={setGrace} />
      {rotate.error && <ProblemNote error={rotate.error} />}
    </Dialog>
  );
}
