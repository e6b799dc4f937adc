import type { Dataset } from '@sluice/contracts/catalogue/datasets';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { datasetsKey, updateDataset } from '../../server/datasets';
import { faultsAt } from '../../server/problem';
import { FaultLines, FieldGroup } from '../../ui/field';
import fieldCss from '../../ui/field.module.css';
import { FormDialog } from '../../ui/form-dialog';
import { Switch } from '../../ui/switch';
import css from './datasets.module.css';

/** By which fields a row that is sent finds the one whose place it takes. */
export function KeyFieldsDialog({ dataset, onClose }: { dataset: Dataset; onClose: () => void }) {
  const [chosen, setChosen] = useState<readonly string[]>(dataset.keyFields ?? []);
  const queryClient = useQueryClient();
  const save = useMutation({
    mutationFn: () => updateDataset(dataset, { keyFields: chosen.length > 0 ? [...chosen] : null }),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: datasetsKey });
      onClose();
    },
  });
  const faults = faultsAt(save.error, '/keyFields');
  const fields = dataset.fields.filter(({ type }) => type !== 'json');
  return (
    <FormDialog title="Key fields" action="Save" task={save} places={['/keyFields']} onClose={onClose}>
      <p>
        A row that is sent takes the place of the row with the same values in these fields. A version that has key
        fields keeps them: another choice holds from the next version on.
      </p>
      <FieldGroup legend="Fields that together name a row">
        <div className={css.keys}>
          {fields.map(({ name }) => (
            <Switch
              key={name}
              label={name}
              isSelected={chosen.includes(name)}
              onChange={(on) => setChosen(on ? [...chosen, name] : chosen.filter((each) => each !== name))}
            />
          ))}
        </div>
        {faults.length > 0 && (
          <div className={fieldCss.error} role="alert">
            <FaultLines faults={faults} />
          </div>
        )}
      </FieldGroup>
    </FormDialog>
  );
}
