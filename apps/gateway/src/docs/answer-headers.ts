import { type ErrorCode, errorTable } from '@sluice/contracts/errors';
import type { JsonSchema } from '@sluice/query/describing/describe-controls';

const text = { type: 'string' };

/** The header fields of answers, as the components of a document. */
const fields = {
  'X-Request-Id': { description: 'The id of the request, as logs have it', required: true, schema: text },
  ETag: { description: 'Send it as `If-None-Match`: a 304 says that nothing has changed', schema: text },
  'Last-Modified': { description: 'The moment of the last change, where it is known', schema: text },
  Link: {
    description:
      'rel="next": the page behind this one; "describedby": this document; "license", "deprecation" and "sunset", where the API names them (RFC 8288)',
    schema: text,
  },
  Deprecation: { description: 'From when on something else should be used: `@1767225600` (RFC 9745)', schema: text },
  Sunset: { description: 'When the API is expected to end (RFC 8594)', schema: text },
  'Sluice-Commit': { description: 'The number of the commit that was read, for `_at`', schema: { type: 'integer' } },
  'Sluice-Snapshot': {
    description:
      'The rows that were read. Ask `_changes` from here, or send it as `Sluice-Min-Snapshot` to see as much',
    schema: text,
  },
  'Idempotency-Replayed': { description: 'The key was used before: this is the answer of then', schema: text },
  'Preference-Applied': { description: 'The preference that was followed (RFC 7240)', schema: text },
  'Accept-Ranges': { description: '`bytes`: parts can be asked for (RFC 9110 section 14.3)', schema: text },
  'Content-Range': { description: 'Which part of the file it is: `bytes 0-99/1234`', required: true, schema: text },
  'Repr-Digest': { description: 'The SHA-256 of the whole file (RFC 9530)', schema: text },
  'Content-Disposition': { description: 'A file name', schema: text },
  Location: { description: 'Where the thing is', schema: text },
  'Retry-After': { description: 'Seconds to wait before the next try', required: true, schema: { type: 'integer' } },
  RateLimit: {
    description: 'What is left of each limit of the token, and for how many seconds: `"rate";r=4;t=1`',
    schema: text,
  },
  'RateLimit-Policy': { description: 'The limits of the token: `"rate";q=5;w=1`', schema: text },
  'WWW-Authenticate': { description: 'How to authenticate (RFC 6750)', schema: text },
  Allow: { description: 'The methods that are taken here', required: true, schema: text },
} as const satisfies Record<string, JsonSchema>;

export type AnswerHeader = keyof typeof fields;

/** Refers to header fields among the components, as an answer carries them. */
export function headersOf(...names: AnswerHeader[]): JsonSchema {
  const all: AnswerHeader[] = [...names, 'X-Request-Id'];
  return Object.fromEntries(all.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}

/** The header components that a document refers to, and no others. */
export function headerComponents(document: object): JsonSchema {
  const written = JSON.stringify(document);
  return Object.fromEntries(Object.entries(fields).filter(([name]) => written.includes(`/headers/${name}"`)));
}

/** What each status of a refusal carries beside the problem. */
const headersOfStatus: Readonly<Record<number, AnswerHeader[]>> = {
  401: ['WWW-Authenticate'],
  403: ['WWW-Authenticate'],
  405: ['Allow'],
  429: ['Retry-After', 'RateLimit', 'RateLimit-Policy'],
  503: ['Retry-After'],
};

/** Makes one response for each status, naming every code that it stands for. */
export function problemResponses(refusals: readonly ErrorCode[]): JsonSchema {
  const different = [...new Set(refusals)];
  const statuses = [...new Set(different.map((code) => errorTable[code].status))].sort((a, b) => a - b);
  return Object.fromEntries(
    statuses.map((status) => {
      const codes = different.filter((code) => errorTable[code].status === status);
      const description = codes.map((code) => `${errorTable[code].title} (\`${code}\`)`).join('; ');
      const headers = headersOf(...(headersOfStatus[status] ?? []));
      const content = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };
      return [status, { description, headers, content }];
    }),
  );
}
