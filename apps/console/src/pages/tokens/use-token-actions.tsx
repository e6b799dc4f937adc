import type { Token } from '@sluice/contracts/tokens/tokens';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Ban, CirclePause, CirclePlay, Pencil, RefreshCw, Waypoints } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useMay } from '../../server/may';
import { tokensKey, updateToken } from '../../server/tokens';
import type { Action } from '../../ui/menu';
import { complain, say } from '../../ui/toasts';
import { AssignApisDialog } from '../assigning/assign-apis-dialog';
import { useCutOff } from '../usage/cut-off';
import { EditTokenDialog } from './edit-token-dialog';
import { RevokeDialog } from './revoke-dialog';
import { RotateDialog } from './rotate-dialog';

type Asking = 'assign' | 'edit' | 'rotate' | 'revoke';

/** What can be done to a token, wherever one is shown; nothing for viewers, and to one that is revoked. `dialogs` have to be drawn. */
export function useTokenActions(): { actionsOf: (token: Token) => readonly Action[]; dialogs: ReactNode } {
  const mayEdit = useMay('editor');
  const [asking, setAsking] = useState<{ what: Asking; token: Token } | null>(null);
  const queryClient = useQueryClient();
  const disable = useMutation({
    mutationFn: (token: Token) => updateToken(token, { disabled: token.state !== 'disabled' }),
    onSuccess: (changed) => {
      if (changed.state !== 'disabled') say(`${changed.name} is enabled again`);
      else say(`${changed.name} is disabled`, () => turn(changed));
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: tokensKey }),
  });
  const turn = (token: Token) => void disable.mutateAsync(token).catch(complain);
  const { cutOff, question } = useCutOff();
  const askToDisable = (token: Token) =>
    void cutOff({
      of: { tokenId: token.id },
      title: `Disable ${token.name}?`,
      action: 'Disable',
      run: () => disable.mutateAsync(token),
    });
  const actionsOf = (token: Token): readonly Action[] => {
    if (!mayEdit || token.state === 'revoked') return [];
    const ask = (what: Asking) => () => setAsking({ what, token });
    return [
      { label: 'Assign to APIs', picture: Waypoints, run: ask('assign') },
      { label: 'Edit', picture: Pencil, run: ask('edit') },
      { label: 'Rotate', picture: RefreshCw, run: ask('rotate') },
      token.state === 'disabled'
        ? { label: 'Enable', picture: CirclePlay, run: () => turn(token) }
        : { label: 'Disable', picture: CirclePause, run: () => askToDisable(token) },
      { label: 'Revoke', picture: Ban, run: ask('revoke'), hurts: true },
    ];
  };
  const dialog = asking && { token: asking.token, onClose: () => setAsking(null) };
  const dialogs = (
    <>
      {question}
      {dialog && asking.what === 'assign' && <AssignApisDialog {...dialog} />}
      {dialog && asking.what === 'edit' && <EditTokenDialog {...dialog} />}
      {dialog && asking.what === 'rotate' && <RotateDialog {...dialog} />}
      {dialog && asking.what === 'revoke' && <RevokeDialog {...dialog} />}
    </>
  );
  return { actionsOf, dialogs };
}
