import { FileName, type ImportOptions, importFormats, MAX_FILE_NAME } from '@sluice/contracts/catalogue/imports';
import { FieldType } from '@sluice/contracts/fields';
import { formatOfExtension, formatOfType, typesOf } from '@sluice/contracts/media-types';
import { z } from 'zod';
import { HttpProblem } from '../../http/problem';

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
  delimiter: z
    .string()
    .length(1, 'write one character')
    .optional()
    .meta({ description: 'Between the columns of a CSV file' }),
  review: z.stringbool().optional().meta({
    description: '`true`: the import waits with the types that it found until somebody publishes or cancels it',
  }),
  header: z.stringbool().optional().meta({ description: '`false`: the first line is a row already' }),
});
export type UploadQuery = z.output<typeof UploadQuery>;

/** Works out from its headers how the catalogue is to read an upload; a form's file also tells by its name. */
export function readUploadOptions(
  query: UploadQuery,
  part: { contentType: string; contentEncoding?: string; fileName?: string },
): ImportOptions {
  const encoding = part.contentEncoding ?? 'identity';
  if (encoding !== 'gzip' && encoding !== 'identity') {
    throw new HttpProblem('unsupported_media_type', {
      detail: 'the Content-Encoding may be gzip or none',
      headers: {
        'accept-encoding': 'gzip',
      },
    });
  }
  const fileName = query.fileName ?? part.fileName?.slice(0, MAX_FILE_NAME);
  const name = part.fileName?.toLowerCase() ?? '';
  const extension = name.replace(/\.gz$/, '').split('.').pop() ?? '';
  const format = formatOfType(part.contentType, importFormats) ?? formatOfExtension(extension, importFormats);
  if (!format) {
    throw new HttpProblem('unsupported_media_type', {
      detail: `the Content-Type may be ${typesOf(importFormats).join(', ')}`,
    });
  }
  return {
    format,
    gzip: encoding === 'gzip' || name.endsWith('.gz'),
    header: query.header ?? true,
    types: query.types ?? {},
    note: query.note ?? '',
    review: query.review ?? false,
    ...(fileName && { fileName }),
    ...(query.delimiter !== undefined && { delimiter: query.delimiter }),
  };
}
