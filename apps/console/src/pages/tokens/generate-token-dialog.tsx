import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { isToldAt } from '../../server/problem';
import { issueToken, tokensQuery } from '../../server/tokens';
import { Button } from '../../ui/button';
import { Dialog } from '../../ui/dialog';
import { Form } from '../../ui/form';
import { ProblemNote } from '../../ui/problem-note';
import { SecretField } from '../../ui/secret-field';
import { emptyToken, tokenOf } from './token-draft';
import { TokenFields, tokenPlaces } from './token-fields';
import css from './tokens.module.css';

/** Asks what the token is for, then shows its secret once. */
export function GenerateTokenDialog({ onClose }: { onClose: () => void }) {
  const [draft, setDraft] = useState(emptyToken);
  const queryClient = useQueryClient();
  const issue = useMutation({
    mutationFn: () => issueToken(tokenOf(draft)),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: tokensQuery.queryKey }),
  });
  const { data: issued, error } = issue;
  if (issued) {
    return (
      <Dialog
        title={`${issued.token.name} is ready`}
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
        <SecretField label="New token" secret={issued.secret} />
      </Dialog>
    );
  }
  return (
    <Dialog
      title="Generate New Token"
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button look="primary" type="submit" form="generate-token" isPending={issue.isPending}>
            Generate
          </Button>
        </>
      }
    >
      <Form
        id="generate-token"
        className={css.form}
        onSubmit={(event) => {
          event.preventDefault();
          issue.mutate();
        }}
      >
        <TokenFields draft={draft} change={(part) => setDraft((held) => ({ ...held, ...part }))} error={error} />
        {error && !isToldAt(error, tokenPlaces) && <ProblemNote error={error} />}
      </Form>
    </Dialog>
  );
}
