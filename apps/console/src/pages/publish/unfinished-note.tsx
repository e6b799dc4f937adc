import { useQueries, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { datasetQuery, datasetsKey } from '../../server/datasets';
import { Refusal } from '../../server/problem';
import { Button } from '../../ui/button';
import { Note } from '../../ui/note';
import { complain } from '../../ui/toasts';
import css from './publish.module.css';
import { discardDataset, forgetDataset, rememberedDatasets } from './unpublished';

/** Tells of datasets that this page made before and that nobody published, as after a crash of the browser. */
export function UnfinishedNote() {
  const [remembered, setRemembered] = useState(rememberedDatasets);
  const queryClient = useQueryClient();
  const found = useQueries({ queries: remembered.map(({ id }) => datasetQuery(id)) });
  const isSettled = ({ data, error }: (typeof found)[number]) =>
    (data !== undefined && data.latestVersion !== null) ||
    (error instanceof Refusal && error.code === 'dataset_not_found');
  const settled = remembered.filter((_, at) => found[at] && isSettled(found[at])).map(({ id }) => id);
  const gone = settled.join();
  useEffect(() => {
    if (gone === '') return;
    for (const id of gone.split(',')) forgetDataset(id);
    setRemembered(rememberedDatasets());
  }, [gone]);
  const left = found.flatMap(({ data }) => (data && data.latestVersion === null ? [data] : []));
  if (left.length === 0) return null;
  const discard = async (id: string) => {
    await discardDataset(id).catch(complain);
    setRemembered(rememberedDatasets());
    await queryClient.invalidateQueries({ queryKey: datasetsKey });
  };
  return (
    <Note tone="warn">
      {left.map(({ id, name }) => (
        <div key={id} className={css.unfinished}>
          <p>
            <Link to="/datasets/$datasetId" params={{ datasetId: id }}>
              {name}
            </Link>{' '}
            was made here and is not published. It may still be open in another tab.
          </p>
          <Button aria-label={`Discard ${name}`} onPress={() => void discard(id)}>
            Discard
          </Button>
        </div>
      ))}
    </Note>
  );
}
