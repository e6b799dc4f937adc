import { headersOf } from './answer-headers';

/** The field by which a caller asks only for what has changed. */
export const ifNoneMatch = {
  name: 'If-None-Match',
  in: 'header',
  description: 'The `ETag` of an earlier answer: where nothing has changed since, the answer is a 304 without a body',
  schema: { type: 'string' },
};

/** The field by which a caller that follows no relative addresses asks for whole ones. */
export const preferLinks = {
  name: 'Prefer',
  in: 'header',
  description: '`links=absolute`: addresses in `links` and `Link` come with the host (RFC 7240)',
  schema: { type: 'string', enum: ['links=absolute'] },
};

/** The answer that says so. */
export const unchanged = {
  description: 'Nothing has changed since the answer with this `ETag`',
  headers: headersOf('ETag', 'RateLimit', 'RateLimit-Policy'),
};
