import type { Agent } from '@sluice/contracts/tokens/agents';
import { queryOptions } from '@tanstack/react-query';
import { request, requestList } from './request';

/** All that was asked about connected agents. */
export const agentsKey = ['agents'];

/** The agents that read in the name of a token. */
export const agentsQuery = (tokenId: string) =>
  queryOptions({
    queryKey: [...agentsKey, tokenId],
    queryFn: ({ signal }) => requestList<Agent>(`/tokens/${tokenId}/agents`, signal),
  });

export const endAgent = ({ tokenId, id }: Agent) =>
  request<void>(`/tokens/${tokenId}/agents/${id}`, { method: 'DELETE' });
