import type { HandedToken, RehandedToken } from '@sluice/contracts/tokens/share-profile';
import type {
  IssueToken,
  RevokedToken,
  RotateToken,
  Token,
  TokenState,
  UpdateToken,
} from '@sluice/contracts/tokens/tokens';
import { queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import { type ListAsked, listQuery } from './lists';
import { Refusal } from './problem';
import { request, requestList } from './request';

/** All that was asked about tokens. */
export const tokensKey = ['tokens'];

export const tokenStates = ['active', 'disabled', 'expired', 'revoked'] as const satisfies readonly TokenState[];

/** What the list of tokens is searched, narrowed and sorted by. */
export interface TokensWanted {
  q?: string;
  sort?: string;
  state?: TokenState;
  apiId?: string;
}

export const tokensQuery = (asked: ListAsked) => listQuery<Token>('tokens', asked);

/** All tokens that are assigned to an API. */
export const tokensAssignedQuery = (apiId: string) =>
  queryOptions({
    queryKey: ['tokens', 'assigned', apiId],
    queryFn: ({ signal }) => requestList<Token>(`/tokens?apiId=${apiId}`, signal),
  });

export const tokenQuery = (id: string) =>
  queryOptions({ queryKey: ['tokens', id], queryFn: ({ signal }) => request<Token>(`/tokens/${id}`, { signal }) });

export const issueToken = (body: z.input<typeof IssueToken>, idempotencyKey?: string) =>
  request<z.output<typeof HandedToken>>('/tokens', { method: 'POST', body, idempotencyKey });

/** Generates a token; where that was done before and its answer lost, a new secret takes the place of the one that nobody saw. */
export async function issueOnce(body: z.input<typeof IssueToken>, key: string): Promise<IssuedSecret> {
  try {
    return await issueToken(body, key);
  } catch (error) {
    if (!(error instanceof Refusal && error.code === 'answer_not_kept')) throw error;
    const search = new URLSearchParams({ _q: body.name, state: 'active' });
    const token = (await requestList<Token>(`/tokens?${search}`)).find(({ name }) => name === body.name.trim());
    if (!token) throw error;
    return await rotateToken(token.id, { graceSeconds: 0 });
  }
}

type IssuedSecret = Pick<z.output<typeof HandedToken>, 'token' | 'secret'>;

export const updateToken = ({ id, revision }: Token, body: z.input<typeof UpdateToken>) =>
  request<Token>(`/tokens/${id}`, { method: 'PATCH', body, revision });

export const rotateToken = (id: string, body: z.input<typeof RotateToken>) =>
  request<z.output<typeof RehandedToken>>(`/tokens/${id}/rotate`, { method: 'POST', body });

export const revokeToken = (id: string) =>
  request<z.output<typeof RevokedToken>>(`/tokens/${id}/revoke`, { method: 'POST' });
