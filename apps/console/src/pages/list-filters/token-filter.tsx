import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { itemsOf } from '../../server/lists';
import { tokenQuery, tokensQuery } from '../../server/tokens';
import { FilterBox } from '../../ui/filter-box';

/** Narrows a list to what belongs to one token. */
export function TokenFilter({ id, onChoose }: { id: string | undefined; onChoose: (id: string | undefined) => void }) {
  const [words, setWords] = useState<string | null>(null);
  const { data: found } = useInfiniteQuery({ ...tokensQuery({ _q: words?.trim() }), enabled: words !== null });
  const { data: chosen } = useQuery({ ...tokenQuery(id ?? ''), enabled: id !== undefined });
  return (
    <FilterBox
      noun="token"
      chosen={id && (chosen?.name ?? id)}
      found={found && itemsOf(found).map(({ id: each, name, hint }) => ({ id: each, label: name, detail: `${hint}…` }))}
      onWanted={() => setWords((typed) => typed ?? '')}
      onSearch={setWords}
      onChoose={onChoose}
    />
  );
}
