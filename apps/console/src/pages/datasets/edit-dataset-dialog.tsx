import type { Dataset } from '@sluice/contracts/catalogue/datasets';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { datasetsKey, updateDataset } from '../../server/datasets';
import { faultsAt } from '../../server/problem';
import { TextField } from '../../ui/field';
import { FormDialog } from '../../ui/form-dialog';

export function EditDatasetDialog({ dataset, onClose }: { dataset: Dataset; onClose: () => void }) {
  const [name, setName] = useState(dataset.name);
  const [description, setDescription] = useState(dataset.description);
  const queryClient = useQueryClient();
  const save = useMutation({
    mutationFn: () => updateDataset(dataset, { name, description }),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: datasetsKey });
      onClose();
    },
  });
  const { error } = save;
  return (
    <FormDialog title="Edit dataset" action="Save" task={save} places={['/name', '/description']} onClose={onClose}>
      <TextField label="Name" value={name} onChange={setName} faults={faultsAt(error, '/name')} isRequired />
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
