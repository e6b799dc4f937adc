import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { datasetQuery, datasetsQuery } from '../../server/datasets';
import { itemsOf } from '../../server/lists';
import { FilterBox } from '../../ui/filter-box';

/** Narrows a list to what belongs to one dataset. */
export function DatasetFilter({
  id,
  onChoose,
}: {
  id: string | undefined;
  onChoose: (id: string | undefined) => void;
}) {
  const [words, setWords] = useState<string | null>(null);
  const { data: found } = useInfiniteQuery({ ...datasetsQuery({ _q: words?.trim() }), enabled: words !== null });
  const { data: chosen } = useQuery({ ...datasetQuery(id ?? ''), enabled: id !== undefined });
  return (
    <FilterBox
      noun="dataset"
      chosen={id && (chosen?.name ?? id)}
      found={found && itemsOf(found).map(({ id: each, name }) => ({ id: each, label: name }))}
      onWanted={() => setWords((typed) => typed ?? '')}
      onSearch={setWords}
      onChoose={onChoose}
    />
  );
}
