import { FileName, type ImportOptions, importFormats, MAX_FILE_NAME } from '@sluice/contracts/catalogue/imports';
import { FieldType } from '@sluice/contracts/fields';
import { formatOfExtension, formatOfType, typesOf } from '@sluice/contracts/media-types';
import { z } from 'zod';
import { HttpProblem } from '../../http/problem';
import { readingOf, readingParameters } from './reading-parameters';

const TypesParameter = z.string().transform((text, context) => {
  try {
    return z.record(z.string(), FieldType).parse(JSON.parse(text));
  } catch {
    context.addIssue({
      code: 'custom',
      message: `write {"field":"type"} with the types ${FieldType.options.join(', ')}`,
    });
    return z.NEVER;
  }
});

/** The query string of an upload. */
export const UploadQuery = z.strictObject({
  note: z.string().max(2_000).optional().meta({ description: 'What this version is about' }),
  fileName: FileName.optional().meta({
    description: 'By which people recognise the import; a form tells it by itself',
  }),
  types: TypesParameter.optional().meta({ description: 'JSON object: field -> type, wins over the file' }),
  review: z.stringbool().optional().meta({
    description: '`true`: the import waits with the types that it found until somebody publishes or cancels it',
  }),
  remember: z.stringbool().optional().meta({
    description: '`false`: later files of the dataset are not read like this one',
  }),
  ...readingParameters,
});
export type UploadQuery = z.output<typeof UploadQuery>;

/** Works out from its headers how the catalogue is to read an upload; a form's file also tells by its name. */
export function readUploadOptions(
  query: UploadQuery,
  part: { contentType: string; contentEncoding?: string; fileName?: string },
): ImportOptions {
  const coding = part.contentEncoding ?? 'identity';
  if (coding !== 'gzip' && coding !== 'identity') {
    throw new HttpProblem('unsupported_media_type', {
      detail: 'the Content-Encoding may be gzip or none',
      headers: {
        'accept-encoding': 'gzip',
      },
    });
  }
  const fileName = query.fileName ?? part.fileName?.slice(0, MAX_FILE_NAME);
  const name = (part.fileName ?? query.fileName ?? '').toLowerCase();
  const charset = charsetOf(part.contentType);
  return {
    format: formatOf(part.contentType, name),
    gzip: coding === 'gzip' || name.endsWith('.gz'),
    reading: readingOf(query),
    remember: query.remember ?? true,
    types: query.types ?? {},
    note: query.note ?? '',
    review: query.review ?? false,
    ...(charset !== undefined && { charset }),
    ...(fileName && { fileName }),
  };
}

/** Types that say nothing of what a file holds, or too little: its bytes tell. */
const unspecific = [
  'text/plain',
  'application/octet-stream',
  'application/zip',
  'application/gzip',
  'application/x-gzip',
];
/** Browsers send CSV files as this one on machines with Excel. */
const misleading = ['application/vnd.ms-excel', 'application/x-zip-compressed'];
const jsonTypes = ['text/json', 'application/geo+json', 'application/vnd.geo+json', 'application/ld+json'];

/** The format that a media type or the ending of a name says; undefined where the bytes are to tell it. */
function formatOf(contentType: string, name: string): ImportOptions['format'] {
  const type = contentType.split(';')[0]?.trim().toLowerCase() ?? '';
  const said = formatOfType(contentType, importFormats) ?? (jsonTypes.includes(type) ? 'json' : undefined);
  if (said) return said;
  const ending = name.replace(/\.gz$/, '').split('.').pop() ?? '';
  const named = ending === 'geojson' ? 'json' : formatOfExtension(ending, importFormats);
  if (named || type === '' || unspecific.includes(type) || misleading.includes(type)) return named;
  throw new HttpProblem('unsupported_media_type', {
    detail: `the Content-Type may be ${[...typesOf(importFormats), ...unspecific.slice(0, 2)].join(', ')}`,
  });
}

function charsetOf(contentType: string): string | undefined {
  return /;\s*charset="?([^\s";]{1,40})"?/i.exec(contentType)?.[1];
}
