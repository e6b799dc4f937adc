import type { Token } from '@sluice/contracts/tokens/tokens';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { apisOpenedQuery, apisQuery } from '../../server/apis';
import { itemsOf } from '../../server/lists';
import { Note } from '../../ui/note';
import { AssignDialog } from './assign-dialog';
import { useAssigning } from './use-assigning';

/** Which APIs a token opens: choose one, save, or take the token away from one. */
export function AssignApisDialog({ token, onClose }: { token: Token; onClose: () => void }) {
  const [typed, setTyped] = useState('');
  const { data: held } = useQuery(apisOpenedQuery(token.id));
  const found = useInfiniteQuery(apisQuery({ _q: typed.trim() }));
  const assigning = useAssigning();
  return (
    <AssignDialog
      title="Assign token to APIs"
      about={
        <>
          Whoever holds <strong>{token.name}</strong> can call these APIs.
        </>
      }
      noun="API"
      found={itemsOf(found.data).map(({ id, name, method, path }) => ({
        id,
        label: name,
        detail: `${method} ${path}`,
      }))}
      onSearch={setTyped}
      nothing={
        found.isSuccess &&
        typed === '' && (
          <Note>
            There is no other API. <Link to="/apis">Output APIs</Link> makes one.
          </Note>
        )
      }
      held={held?.map(({ id, name, method, path, active }) => ({
        id,
        name,
        detail: `${method} ${path} ${active ? '' : '(deactivated)'}`,
      }))}
      assigning={assigning}
      onAssign={(apiId, done) => assigning.assign({ apiId, tokenId: token.id }, done)}
      onRemove={(api) => assigning.remove({ api, token })}
      onClose={onClose}
    />
  );
}
