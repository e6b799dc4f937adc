import type { Api } from '@sluice/contracts/registry/apis';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { itemsOf } from '../../server/lists';
import { tokensAssignedQuery, tokensQuery } from '../../server/tokens';
import { Note } from '../../ui/note';
import { AssignDialog } from './assign-dialog';
import { useAssigning } from './use-assigning';

/** Which tokens open an API: choose one, save, or take one away. */
export function AssignTokenDialog({ api, onClose }: { api: Api; onClose: () => void }) {
  const [typed, setTyped] = useState('');
  const { data: held } = useQuery(tokensAssignedQuery(api.id));
  const active = useInfiniteQuery(tokensQuery({ state: 'active', _q: typed.trim() }));
  const assigning = useAssigning();
  return (
    <AssignDialog
      title="Assign token to API"
      about={
        <>
          Whoever holds one of these tokens can {api.method === 'GET' ? 'read' : 'send rows to'}{' '}
          <strong>{api.name}</strong>. <Link to="/tokens">Generate tokens</Link>
        </>
      }
      noun="Token"
      found={itemsOf(active.data).map(({ id, name, hint }) => ({ id, label: name, detail: `${hint}…` }))}
      onSearch={setTyped}
      nothing={active.isSuccess && typed === '' && <Note>There is no other active token.</Note>}
      held={held?.map(({ id, name, hint, state }) => ({
        id,
        name,
        detail: `${hint}… ${state === 'active' ? '' : `(${state})`}`,
      }))}
      assigning={assigning}
      onAssign={(tokenId, done) => assigning.assign({ apiId: api.id, tokenId }, done)}
      onRemove={(token) => assigning.remove({ api, token })}
      onClose={onClose}
    />
  );
}
