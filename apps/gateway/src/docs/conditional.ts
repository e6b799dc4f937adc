import { headersOf } from './answer-headers';

/** The field by which a caller asks only for what has changed. */
export const ifNoneMatch = {
  name: 'If-None-Match',
  in: 'header',
  description: 'The `ETag` of an earlier answer: where nothing has changed since, the answer is a 304 without a body',
  schema: { type: 'string' },
};

/** The answer that says so. */
export const unchanged = {
  description: 'Nothing has changed since the answer with this `ETag`',
  headers: headersOf('ETag', 'RateLimit', 'RateLimit-Policy'),
};
