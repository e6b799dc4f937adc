import type { Dataset } from '@sluice/contracts/datasets';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { datasetsQuery, updateDataset } from '../../server/datasets';
import { faultsAt, isToldAt } from '../../server/problem';
import { Button } from '../../ui/button';
import { Dialog } from '../../ui/dialog';
import { TextField } from '../../ui/field';
import { Form } from '../../ui/form';
import { ProblemNote } from '../../ui/problem-note';
import css from './datasets.module.css';

export function EditDatasetDialog({ dataset, onClose }: { dataset: Dataset; onClose: () => void }) {
  const [name, setName] = useState(dataset.name);
  const [description, setDescription] = useState(dataset.description);
  const queryClient = useQueryClient();
  const save = useMutation({
    mutationFn: () => updateDataset(dataset, { name, description }),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: datasetsQuery.queryKey });
      onClose();
    },
  });
  const { error } = save;
  return (
    <Dialog
      title="Edit dataset"
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button look="primary" type="submit" form="edit-dataset" isPending={save.isPending}>
            Save
          </Button>
        </>
      }
    >
      <Form
        id="edit-dataset"
        className={css.form}
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        <TextField label="Name" value={name} onChange={setName} faults={faultsAt(error, '/name')} isRequired />
        <TextField
          label="Description"
          value={description}
          onChange={setDescription}
          faults={faultsAt(error, '/description')}
          rows={3}
        />
        {error && !isToldAt(error, ['/name', '/description']) && <ProblemNote error={error} />}
      </Form>
    </Dialog>
  );
}
