import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { issueToken, tokensKey } from '../../server/tokens';
import { Fold } from '../../ui/fold';
import { FormDialog, SecretDialog } from '../../ui/form-dialog';
import { ConnectAgent } from './connect-agent';
import { ShareProfileLink } from './share-profile';
import { emptyToken, tokenOf } from './token-draft';
import { TokenFields, tokenPlaces } from './token-fields';

/** Asks what the token is for, then shows its secret once. */
export function GenerateTokenDialog({ onClose }: { onClose: () => void }) {
  const [draft, setDraft] = useState(emptyToken);
  const queryClient = useQueryClient();
  const issue = useMutation({
    mutationFn: () => issueToken(tokenOf(draft)),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: tokensKey }),
  });
  const { data: issued, error } = issue;
  if (issued) {
    return (
      <SecretDialog title={`${issued.token.name} is ready`} label="New token" secret={issued.secret} onClose={onClose}>
        <ShareProfileLink name={issued.token.name} profile={issued.shareProfile} />
        <Fold title="Connect an agent" level={3}>
          <ConnectAgent secret={issued.secret} />
        </Fold>
      </SecretDialog>
    );
  }
  return (
    <FormDialog title="Generate New Token" action="Generate" task={issue} places={tokenPlaces} onClose={onClose}>
      <TokenFields draft={draft} change={(part) => setDraft((held) => ({ ...held, ...part }))} error={error} />
    </FormDialog>
  );
}
