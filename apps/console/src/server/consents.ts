import type { Consent } from '@sluice/contracts/tokens/consents';
import { queryOptions } from '@tanstack/react-query';
import { request } from './request';

/** A token that is offered in answer to an application: its secret, or its id for somebody who is signed in. */
export type Offer = { secret: string } | { tokenId: string };

/** What a token has to choose from. */
export interface Offered {
  token: { id: string; name: string };
  apis: { id: string; name: string; use: 'query' | 'send' }[];
}

const place = (uid: string) => `/oauth/consent/${encodeURIComponent(uid)}`;

/** The question of an application, in the browser in which it was begun. */
export const consentQuery = (uid: string) =>
  queryOptions({
    queryKey: ['consents', uid],
    queryFn: ({ signal }) => request<Consent>(`${place(uid)}/question`, { signal }),
    retry: false,
    refetchOnWindowFocus: false,
  });

export const offerToken = (uid: string, offer: Offer) =>
  request<Offered>(`${place(uid)}/token`, { method: 'POST', body: offer });

/** Answers, and gives the address at which the browser goes on. */
export const answerConsent = (uid: string, allow: { token: Offer; apiIds: string[] } | null) =>
  request<{ location: string }>(`${place(uid)}/answer`, { method: 'POST', body: { allow } });
