import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { createDataset, datasetsKey } from '../../server/datasets';
import { faultsAt } from '../../server/problem';
import { TextField } from '../../ui/field';
import { FormDialog } from '../../ui/form-dialog';

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
      void queryClient.invalidateQueries({ queryKey: datasetsKey });
      await navigate({ to: '/datasets/$datasetId/import', params: { datasetId: id } });
    },
  });
  const { error } = create;
  return (
    <FormDialog title="New dataset" action="Create and import" task={create} places={places} onClose={onClose}>
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
    </FormDialog>
  );
}
