import type { Token } from '@sluice/contracts/tokens/tokens';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { tokensKey, updateToken } from '../../server/tokens';
import { FormDialog } from '../../ui/form-dialog';
import { say } from '../../ui/toasts';
import { draftOfToken, tokenOf } from './token-draft';
import { TokenFields, tokenPlaces } from './token-fields';

/** Name, description, expiry and limits of a token; its secret stays as it is. */
export function EditTokenDialog({ token, onClose }: { token: Token; onClose: () => void }) {
  const [draft, setDraft] = useState(() => draftOfToken(token));
  const queryClient = useQueryClient();
  const save = useMutation({
    mutationFn: () => updateToken(token, tokenOf(draft)),
    onSuccess: async ({ name }) => {
      await queryClient.invalidateQueries({ queryKey: tokensKey });
      say(`${name} is saved`);
      onClose();
    },
  });
  const { error } = save;
  return (
    <FormDialog title={`Edit ${token.name}`} action="Save" task={save} places={tokenPlaces} onClose={onClose}>
      <TokenFields
        draft={draft}
        change={(part) => setDraft((held) => ({ ...held, ...part }))}
        error={error}
        autoFocus
      />
    </FormDialog>
  );
}
