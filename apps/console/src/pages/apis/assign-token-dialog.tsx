import type { Api } from '@sluice/contracts/registry/apis';
import type { Token } from '@sluice/contracts/tokens/tokens';
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { apisKey, assignToken, unassignToken } from '../../server/apis';
import { itemsOf } from '../../server/lists';
import { tokensAssignedQuery, tokensKey, tokensQuery } from '../../server/tokens';
import { Button } from '../../ui/button';
import { ComboBox } from '../../ui/combo-box';
import { Dialog } from '../../ui/dialog';
import { Loaded } from '../../ui/loaded';
import { Note } from '../../ui/note';
import { ProblemNote } from '../../ui/problem-note';
import { say } from '../../ui/toasts';
import { useCutOff } from '../usage/cut-off';
import css from './assign-token-dialog.module.css';

/** Which tokens open the API: choose one, save, or take one away. */
export function AssignTokenDialog({ api, onClose }: { api: Api; onClose: () => void }) {
  const [chosen, setChosen] = useState<string | null>(null);
  const [typed, setTyped] = useState('');
  const held = useQuery(tokensAssignedQuery(api.id));
  const active = useInfiniteQuery(tokensQuery({ state: 'active', _q: typed.trim() }));
  const free = itemsOf(active.data).filter(({ id }) => !api.tokenIds.includes(id));
  const queryClient = useQueryClient();
  const refresh = () =>
    Promise.all([apisKey, tokensKey].map((queryKey) => queryClient.invalidateQueries({ queryKey })));
  const assign = useMutation({
    mutationFn: (tokenId: string) => assignToken(api.id, tokenId),
    onSuccess: async () => {
      await refresh();
      setChosen(null);
      say('The token is assigned');
    },
  });
  const remove = useMutation({
    mutationFn: ({ id }: Token) => unassignToken(api.id, id),
    onSuccess: async (_, { id, name }) => {
      await refresh();
      say(`${name} is taken away from ${api.name}`, () => assign.mutate(id));
    },
  });
  const { cutOff, question } = useCutOff();
  const error = assign.error ?? remove.error;
  return (
    <Dialog
      title="Assign token to API"
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>Done</Button>
          <Button
            look="primary"
            isDisabled={chosen === null}
            isPending={assign.isPending}
            onPress={() => chosen !== null && assign.mutate(chosen)}
          >
            Save
          </Button>
        </>
      }
    >
      <p>
        Whoever holds one of these tokens can read <strong>{api.name}</strong>.
      </p>
      {active.isSuccess && free.length === 0 && typed === '' ? (
        <Note>
          No other active token. <Link to="/tokens">Generate a new one</Link> first.
        </Note>
      ) : (
        <ComboBox
          key={api.tokenIds.length}
          label="Token"
          placeholder="Search by name"
          nothing="No token of this name"
          choices={free.map(({ id, name, hint }) => ({ id, label: name, detail: `${hint}…` }))}
          value={chosen}
          onChange={setChosen}
          onSearch={setTyped}
        />
      )}
      <Loaded query={held}>
        {(list) =>
          list.length > 0 && (
            <ul className={css.list} aria-label="Assigned tokens">
              {list.map((token) => (
                <li key={token.id} className={css.item}>
                  <span className={css.token}>
                    {token.name}
                    <code>
                      {token.hint}… {token.state !== 'active' && `(${token.state})`}
                    </code>
                  </span>
                  <Button
                    look="quiet"
                    aria-label={`Remove ${token.name}`}
                    isPending={remove.isPending && remove.variables.id === token.id}
                    onPress={() =>
                      void cutOff({
                        of: { apiId: api.id, tokenId: token.id },
                        title: `Take ${token.name} away from ${api.name}?`,
                        action: 'Take it away',
                        run: () => remove.mutateAsync(token),
                      })
                    }
                  >
                    Remove
                  </Button>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
      {error && <ProblemNote error={error} />}
      {question}
    </Dialog>
  );
}
