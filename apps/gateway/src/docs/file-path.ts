import { openViewFile, readViewFile } from '@sluice/contracts/catalogue/view-files';
import { mediaTypes } from '@sluice/contracts/media-types';
import type { Route } from '@sluice/contracts/registry/routes';
import type { JsonSchema } from '@sluice/query/describing/describe-controls';
import { headersOf } from './answer-headers';
import { ifNoneMatch, unchanged } from './conditional';
import { operationOf, refusalsOf } from './document-parts';

const refusals = refusalsOf(
  'invalid_query',
  'not_found',
  'range_not_satisfiable',
  ...openViewFile.errors,
  ...readViewFile.errors,
);
const content = { [mediaTypes.parquet.type]: {} };

/** Describes the file of an API that is read by ranges. */
export function describeFilePath(route: Route): JsonSchema {
  const fields = headersOf(
    'ETag',
    'Last-Modified',
    'Accept-Ranges',
    'Repr-Digest',
    'Content-Disposition',
    'Sluice-Commit',
    'Sluice-Snapshot',
    'RateLimit',
    'RateLimit-Policy',
  );
  return {
    get: {
      ...operationOf(
        route,
        'readFile',
        `Read ${route.name} as a Parquet file, whole or by ranges`,
        'Everything that the API shows. The file is made when it is first asked for, and has the same bytes for everybody.',
      ),
      parameters: [...(route.settings.history ? [at] : []), range, ifRange, ifNoneMatch],
      responses: {
        200: { description: 'The whole file', headers: fields, content },
        206: {
          description: 'The part that was asked for',
          headers: { ...fields, ...headersOf('Content-Range') },
          content,
        },
        304: unchanged,
        ...refusals,
      },
    },
  };
}

const at = {
  name: '_at',
  in: 'query',
  description: 'The file as of a commit (`meta.commit`), or as of a time (RFC 3339)',
  schema: { type: 'string', minLength: 1 },
};

const range = {
  name: 'Range',
  in: 'header',
  description:
    'One range of bytes (RFC 9110 section 14.2), such as `bytes=0-99` or `bytes=-8`; several get the whole file',
  schema: { type: 'string' },
};

const ifRange = {
  name: 'If-Range',
  in: 'header',
  description: 'The `ETag` of the file that the range is of: where it is another now, the answer is the whole file',
  schema: { type: 'string' },
};
