import type { Token } from '@sluice/contracts/tokens';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { isToldAt } from '../../server/problem';
import { tokensQuery, updateToken } from '../../server/tokens';
import { Button } from '../../ui/button';
import { Dialog } from '../../ui/dialog';
import { Form } from '../../ui/form';
import { ProblemNote } from '../../ui/problem-note';
import { say } from '../../ui/toasts';
import { draftOfToken, tokenOf } from './token-draft';
import { TokenFields, tokenPlaces } from './token-fields';
import css from './tokens.module.css';

/** Name, description, expiry and limits of a token; its secret stays as it is. */
export function EditTokenDialog({ token, onClose }: { token: Token; onClose: () => void }) {
  const [draft, setDraft] = useState(() => draftOfToken(token));
  const queryClient = useQueryClient();
  const save = useMutation({
    mutationFn: () => updateToken(token, tokenOf(draft)),
    onSuccess: async ({ name }) => {
      await queryClient.invalidateQueries({ queryKey: tokensQuery.queryKey });
      say(`${name} is saved`);
      onClose();
    },
  });
  const { error } = save;
  return (
    <Dialog
      title={`Edit ${token.name}`}
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button look="primary" type="submit" form="edit-token" isPending={save.isPending}>
            Save
          </Button>
        </>
      }
    >
      <Form
        id="edit-token"
        className={css.form}
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        <TokenFields draft={draft} change={(part) => setDraft((held) => ({ ...held, ...part }))} error={error} />
        {error && !isToldAt(error, tokenPlaces) && <ProblemNote error={error} />}
      </Form>
    </Dialog>
  );
}
