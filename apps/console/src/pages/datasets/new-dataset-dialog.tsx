import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { createDataset, datasetsQuery } from '../../server/datasets';
import { faultsAt, isToldAt } from '../../server/problem';
import { Button } from '../../ui/button';
import { Dialog } from '../../ui/dialog';
import { TextField } from '../../ui/field';
import { Form } from '../../ui/form';
import { ProblemNote } from '../../ui/problem-note';
import css from './datasets.module.css';

const places = ['/name', '/description'];

/** A dataset begins as a name; its first file follows on the next page. */
export function NewDatasetDialog({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState('');
  const [description, setDescription] = useState('');
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const create = useMutation({
    mutationFn: () => createDataset({ name, description }),
    onSuccess: async ({ id }) => {
      void queryClient.invalidateQueries({ queryKey: datasetsQuery.queryKey });
      await navigate({ to: '/datasets/$datasetId/import', params: { datasetId: id } });
    },
  });
  const { error } = create;
  return (
    <Dialog
      title="New dataset"
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button look="primary" type="submit" form="new-dataset" isPending={create.isPending}>
            Create and import
          </Button>
        </>
      }
    >
      <Form
        id="new-dataset"
        className={css.form}
        onSubmit={(event) => {
          event.preventDefault();
          create.mutate();
        }}
      >
        <TextField
          label="Name"
          placeholder="Orders"
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
          rows={3}
        />
        {error && !isToldAt(error, places) && <ProblemNote error={error} />}
      </Form>
    </Dialog>
  );
}
