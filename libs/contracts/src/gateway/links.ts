import { z } from 'zod';
import { Format } from '../formats';
import { LinkId, TokenId } from '../ids';
import { MAX_LATEST_DAYS } from '../link-rules';

const MAX_SECONDS = MAX_LATEST_DAYS * 86_400;
const MAX_QUERY_LENGTH = 6_000;

/** Asks for a link to rows of an API, as they are now or as they will be. What its publisher allows is the API's setting `links`. */
export const MakeLink = z.strictObject({
  format: Format.default('parquet').meta({ description: 'Parquet can be read by ranges' }),
  query: z.string().max(MAX_QUERY_LENGTH).default('').meta({
    description: 'The query string of an export, such as `region=EU&_sort=-day`; all rows without',
    example: 'region=EU',
  }),
  expiresIn: z.int().min(1).max(MAX_SECONDS).optional().meta({
    description:
      'Seconds for which the link is good, if its token is: at most a day, or less where the publisher says so. When absent 15 minutes, for the latest rows as long as the publisher allows',
  }),
  latest: z.boolean().default(false).meta({
    description:
      'Whether each request gets the latest rows, instead of those of now; only where the publisher allows it',
  }),
});
export type MakeLink = z.infer<typeof MakeLink>;

/** Asks for a link in the name of a token that is assigned to the API, without its secret. */
export const MakeApiLink = MakeLink.extend({
  tokenId: TokenId.optional().meta({ description: 'One of the assigned tokens; the first one when absent' }),
}).meta({ id: 'MakeApiLink' });
export type MakeApiLink = z.output<typeof MakeApiLink>;

/** An address that needs no token in its header: it is the token in another form, for these rows alone. By its id it is ended. */
export const Link = z.object({ id: LinkId, url: z.url(), expiresAt: z.iso.datetime() });
export type Link = z.infer<typeof Link>;
