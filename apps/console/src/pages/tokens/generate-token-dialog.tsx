import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { faultsAt, isToldAt } from '../../server/problem';
import { issueToken, tokensQuery } from '../../server/tokens';
import { Button } from '../../ui/button';
import { Dialog } from '../../ui/dialog';
import { TextField } from '../../ui/field';
import { Form } from '../../ui/form';
import { ProblemNote } from '../../ui/problem-note';
import { SecretField } from '../../ui/secret-field';
import { Select } from '../../ui/select';
import css from './tokens.module.css';

const DAY_MS = 86_400_000;
const lifetimes = [
  { id: '0', label: 'Never' },
  { id: '30', label: 'In 30 days' },
  { id: '90', label: 'In 90 days' },
  { id: '365', label: 'In a year' },
];
const places = ['/name', '/description', '/expiresAt'];

/** Asks what the token is for, then shows its secret once. */
export function GenerateTokenDialog({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState('');
  const [description, setDescription] = useState('');
  const [days, setDays] = useState('0');
  const queryClient = useQueryClient();
  const issue = useMutation({
    mutationFn: () =>
      issueToken({
        name,
        description,
        expiresAt: days === '0' ? null : new Date(Date.now() + Number(days) * DAY_MS).toISOString(),
      }),
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
        <TextField
          label="Name"
          placeholder="Billing system"
          hint="Who or what uses it, so that you recognise it later."
          value={name}
          onChange={setName}
          faults={faultsAt(error, '/name')}
          isRequired
          autoFocus
        />
        <TextField
          label="Description"
          value={description}
          onChange={setDescription}
          faults={faultsAt(error, '/description')}
          rows={2}
        />
        <Select label="Expires" choices={lifetimes} value={days} onChange={setDays} />
        {error && !isToldAt(error, places) && <ProblemNote error={error} />}
      </Form>
    </Dialog>
  );
}
