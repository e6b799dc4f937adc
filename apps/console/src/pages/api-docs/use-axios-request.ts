import { useQuery, useQueryClient } from '@tanstack/react-query';
import { snippetQuery } from '../../server/api-test';
import { Unreachable } from '../../server/problem';
import { useSettled } from '../../ui/use-settled';

const PAUSE_MS = 300;

/** Gives the request as code for axios when it is asked for. It is kept at hand as the request stands, for when the server cannot be reached. */
export function useAxiosRequest(apiId: string, query: string, body: string | null): () => Promise<string> {
  const queryClient = useQueryClient();
  useQuery(snippetQuery(apiId, 'axios', useSettled(query, PAUSE_MS), useSettled(body, PAUSE_MS)));
  return async () => {
    const wanted = snippetQuery(apiId, 'axios', query, body);
    try {
      return (await queryClient.fetchQuery(wanted)).code;
    } catch (error) {
      const kept = queryClient.getQueryData(wanted.queryKey);
      if (kept && error instanceof Unreachable) return kept.code;
      throw error;
    }
  };
}
