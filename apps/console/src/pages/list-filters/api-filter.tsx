import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { apiQuery, apisQuery } from '../../server/apis';
import { itemsOf } from '../../server/lists';
import { FilterBox } from '../../ui/filter-box';

/** Narrows a list to what belongs to one API. */
export function ApiFilter({ id, onChoose }: { id: string | undefined; onChoose: (id: string | undefined) => void }) {
  const [words, setWords] = useState<string | null>(null);
  const { data: found } = useInfiniteQuery({ ...apisQuery({ _q: words?.trim() }), enabled: words !== null });
  const { data: chosen } = useQuery({ ...apiQuery(id ?? ''), enabled: id !== undefined });
  return (
    <FilterBox
      noun="API"
      chosen={id && (chosen?.name ?? id)}
      found={found && itemsOf(found).map(({ id: each, name, path }) => ({ id: each, label: name, detail: path }))}
      onWanted={() => setWords((typed) => typed ?? '')}
      onSearch={setWords}
      onChoose={onChoose}
    />
  );
}
