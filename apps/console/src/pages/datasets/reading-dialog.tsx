import type { Dataset } from '@sluice/contracts/catalogue/datasets';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { datasetsKey, updateDataset } from '../../server/datasets';
import { FormDialog } from '../../ui/form-dialog';
import { ReadingFacts } from '../imports/reading-facts';

/** How later files of a dataset are read, as the last review had it, to be forgotten. */
export function ReadingDialog({ dataset, onClose }: { dataset: Dataset; onClose: () => void }) {
  const queryClient = useQueryClient();
  const forget = useMutation({
    mutationFn: () => updateDataset(dataset, { reading: null }),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: datasetsKey });
      onClose();
    },
  });
  return (
    <FormDialog title="How later files are read" action="Forget" task={forget} onClose={onClose}>
      <p>Files of this dataset are read like this, unless an upload says something else.</p>
      {dataset.reading && <ReadingFacts reading={dataset.reading} />}
      <p>Once it is forgotten, all of it is found out in each file. Versions that are there stay as they are.</p>
    </FormDialog>
  );
}
