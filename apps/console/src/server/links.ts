import type { Link, MakeApiLink } from '@sluice/contracts/gateway/links';
import type { LivingLink } from '@sluice/contracts/tokens/links';
import { queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import { request, requestList } from './request';

/** All that was asked about links to rows. */
export const linksKey = ['links'];

/** The owner of links: one of the two is named. */
export type LinksOf = { tokenId: string } | { apiId: string };

/** The living links of a token, or to the rows of an API. */
export const linksQuery = (of: LinksOf) =>
  queryOptions({
    queryKey: [...linksKey, of],
    queryFn: ({ signal }) =>
      requestList<LivingLink>('tokenId' in of ? `/tokens/${of.tokenId}/links` : `/apis/${of.apiId}/links`, signal),
  });

export const makeLink = (apiId: string, body: z.input<typeof MakeApiLink>) =>
  request<Link>(`/apis/${apiId}/links`, { method: 'POST', body });

export const endLink = ({ tokenId, id }: LivingLink) =>
  request<void>(`/tokens/${tokenId}/links/${id}`, { method: 'DELETE' });
