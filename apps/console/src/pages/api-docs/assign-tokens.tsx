import type { Api } from '@sluice/contracts/registry/apis';
import { KeyRound } from 'lucide-react';
import { useState } from 'react';
import { useMay } from '../../server/may';
import { Button, type ButtonLook } from '../../ui/button';
import { AssignTokenDialog } from '../assigning/assign-token-dialog';

/** The button to the dialog of the API's tokens; nothing for viewers. */
export function AssignTokens({ api, label, look }: { api: Api; label: string; look?: ButtonLook }) {
  const [assigning, setAssigning] = useState(false);
  if (!useMay('editor')) return null;
  return (
    <>
      <Button look={look} onPress={() => setAssigning(true)}>
        <KeyRound aria-hidden="true" />
        {label}
      </Button>
      {assigning && <AssignTokenDialog api={api} onClose={() => setAssigning(false)} />}
    </>
  );
}
