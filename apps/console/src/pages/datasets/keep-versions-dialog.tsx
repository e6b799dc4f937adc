import type { Dataset, Version } from '@sluice/contracts/catalogue/datasets';
import type { Api } from '@sluice/contracts/registry/apis';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { datasetsKey, updateDataset } from '../../server/datasets';
import { faultsAt } from '../../server/problem';
import { TextField } from '../../ui/field';
import { FormDialog } from '../../ui/form-dialog';
import { Select } from '../../ui/select';
import { listed } from '../../ui/units';
import { type Surplus, surplusOf } from './surplus-versions';

const ALL = 'all';
const NEWEST = 'newest';
const choices = [
  { id: ALL, label: 'All versions' },
  { id: NEWEST, label: 'Only the newest versions' },
];
const AT_FIRST = '10';
/** More of them are only counted. */
const MAX_NAMED = 6;

interface KeepVersionsProps {
  dataset: Dataset;
  versions: readonly Version[];
  /** The APIs over the dataset. */
  apis: readonly Api[];
  onClose: () => void;
}

/** How many of its newest versions a dataset keeps. What is deleted at once is named and asked about first. */
export function KeepVersionsDialog({ dataset, versions, apis, onClose }: KeepVersionsProps) {
  const [choice, setChoice] = useState(dataset.keepVersions === null ? ALL : NEWEST);
  const [amount, setAmount] = useState(dataset.keepVersions === null ? AT_FIRST : String(dataset.keepVersions));
  const [isAsking, setAsking] = useState(false);
  const queryClient = useQueryClient();
  const keepVersions = choice === ALL ? null : Number(amount);
  const save = useMutation({
    mutationFn: () => updateDataset(dataset, { keepVersions }),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: datasetsKey });
      onClose();
    },
  });
  // None is no amount that the server takes.
  const surplus = surplusOf(versions, keepVersions || null, apis);
  if (isAsking) {
    return (
      <FormDialog
        key="question"
        title={`Delete ${words(surplus.going)}?`}
        action="Delete"
        hurts
        task={save}
        onClose={() => setAsking(false)}
      >
        <Losses surplus={surplus} />
      </FormDialog>
    );
  }
  const next = () => {
    if (surplus.going.length === 0) return save.mutate();
    save.reset();
    setAsking(true);
  };
  return (
    <FormDialog
      title="How many versions stay"
      action="Save"
      task={{ ...save, mutate: next }}
      places={['/keepVersions']}
      onClose={onClose}
    >
      <Select label="What stays" choices={choices} value={choice} onChange={setChoice} />
      {choice === NEWEST && (
        <TextField
          label="Number of versions"
          inputMode="numeric"
          value={amount}
          onChange={(text) => setAmount(text.replace(/\D/g, ''))}
          faults={faultsAt(save.error, '/keepVersions')}
          isRequired
        />
      )}
      {choice === ALL ? (
        <p>Nothing is deleted by itself. Single versions can be deleted in the list of versions.</p>
      ) : (
        <>
          <p>
            Older ones are deleted for good, with the rows that were sent to them: with the next version, or within a
            minute. A consumer who is paging through one of them has to start again.
          </p>
          <p>
            What an API needs stays: the version that it is pinned to, or that it still serves because newer ones do not
            fit it.
          </p>
        </>
      )}
    </FormDialog>
  );
}

function Losses({ surplus: { going, pinned, behind } }: { surplus: Surplus }) {
  return (
    <>
      <p>
        {going.length === 1 ? 'It is' : 'They are'} deleted within a minute, with all rows, and cannot be brought back.
      </p>
      {pinned.map(({ number, api }) => (
        <p key={`${number} ${api}`}>
          Version {number} stays as long as {api} is pinned to it.
        </p>
      ))}
      {behind.length > 0 && (
        <p>
          Newer versions do not fit {listed(behind)}: the one that is served there, and those after it, stay until one
          fits.
        </p>
      )}
    </>
  );
}

/** `version 3`, `versions 1, 2, and 3`, `12 versions`. */
function words(numbers: readonly number[]): string {
  if (numbers.length > MAX_NAMED) return `${numbers.length} versions`;
  return `${numbers.length === 1 ? 'version' : 'versions'} ${listed(numbers.map(String))}`;
}
