import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { apisKey, assignToken, unassignToken } from '../../server/apis';
import { tokensKey } from '../../server/tokens';
import { complain, say } from '../../ui/toasts';
import { useCutOff } from '../usage/cut-off';

export interface Named {
  id: string;
  name: string;
}

/** A token and an API that it opens. */
interface Pair {
  api: Named;
  token: Named;
}

export interface Assigning {
  /** Calls `done` once it is assigned; `error` tells what was refused. */
  assign: (pair: { apiId: string; tokenId: string }, done: () => void) => void;
  /** Takes the token away, once what that cuts off was told. */
  remove: (pair: Pair) => void;
  isSaving: boolean;
  /** The ids of the token and the API that part at the moment. */
  leaving: readonly string[];
  error: Error | null;
  /** Has to be drawn. */
  question: ReactNode;
}

/** Assigns tokens to APIs and takes them away. */
export function useAssigning(): Assigning {
  const queryClient = useQueryClient();
  const refresh = () =>
    Promise.all([apisKey, tokensKey].map((queryKey) => queryClient.invalidateQueries({ queryKey })));
  const give = async ({ apiId, tokenId }: { apiId: string; tokenId: string }) => {
    await assignToken(apiId, tokenId);
    await refresh();
    say('The token is assigned');
  };
  const assign = useMutation({ mutationFn: give });
  const remove = useMutation({
    mutationFn: ({ api, token }: Pair) => unassignToken(api.id, token.id),
    onSuccess: async (_, { api, token }) => {
      await refresh();
      say(
        `${token.name} is taken away from ${api.name}`,
        () => void give({ apiId: api.id, tokenId: token.id }).catch(complain),
      );
    },
  });
  const { cutOff, question } = useCutOff();
  return {
    assign: (pair, done) => assign.mutate(pair, { onSuccess: done }),
    remove: (pair) =>
      void cutOff({
        of: { apiId: pair.api.id, tokenId: pair.token.id },
        title: `Take ${pair.token.name} away from ${pair.api.name}?`,
        action: 'Take it away',
        run: () => remove.mutateAsync(pair),
      }),
    isSaving: assign.isPending,
    leaving: remove.isPending ? [remove.variables.api.id, remove.variables.token.id] : [],
    error: assign.error,
    question,
  };
}
