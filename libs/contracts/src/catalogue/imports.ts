import { z } from 'zod';
import { contract } from '../contract';
import { Fault } from '../fault';
import { Field, FieldType } from '../fields';
import { DatasetId, ImportId } from '../ids';
import { PageRequest, pageOf, Timestamp } from '../page';
import { ImportWarning, Reading } from './reading';

export const importFormats = ['csv', 'tsv', 'json', 'ndjson', 'parquet', 'xlsx', 'ods'] as const;
export const ImportFormat = z.enum(importFormats);
export type ImportFormat = z.infer<typeof ImportFormat>;

/**
 * The phases of an import in their order; `done` and `failed` are final. Only an import that was asked to stops at
 * `review`, until somebody decides.
 */
export const ImportPhase = z.enum(['receiving', 'reading', 'review', 'storing', 'publishing', 'done', 'failed']);
export type ImportPhase = z.infer<typeof ImportPhase>;

const Types = z
  .record(z.string(), FieldType)
  .meta({ description: 'Field name or label -> type, wins over what the file suggests' });
const Note = z.string().max(2_000);

export const MAX_FILE_NAME = 255;
export const FileName = z.string().min(1).max(MAX_FILE_NAME);

/** How the source is to be read, as the publisher asked for. */
export const ImportOptions = z.object({
  /** As the upload says it; without, the bytes tell it. */
  format: ImportFormat.optional(),
  gzip: z.boolean().default(false),
  reading: Reading.default({}),
  /** The encoding that the media type names; what is said of the reading wins. */
  charset: z.string().max(40).optional(),
  types: Types.default({}),
  note: Note.default(''),
  fileName: FileName.optional(),
  review: z.boolean().default(false),
  /** What is said of the reading holds for later files of the dataset, too. */
  remember: z.boolean().default(true),
});
export type ImportOptions = z.infer<typeof ImportOptions>;

/** The record of one import: any replica can tell it, whichever works on it. */
export const Import = z
  .object({
    id: ImportId,
    datasetId: DatasetId,
    fileName: z.string().nullable().meta({ description: 'As the upload told it, for people' }),
    phase: ImportPhase,
    bytes: z.int().meta({ description: 'Bytes received so far, as sent' }),
    rows: z.int().meta({ description: 'Rows read so far' }),
    version: z.int().nullable().meta({ description: 'Number of the published version' }),
    warnings: z
      .array(ImportWarning)
      .meta({ description: 'What could be read otherwise, or was changed on the way in' }),
    error: z
      .object({ code: z.string(), detail: z.string(), errors: z.array(Fault) })
      .nullable()
      .meta({
        description: 'Why it failed; in the phase `review`: why the types that were asked for last are not possible',
      }),
    createdAt: Timestamp,
    finishedAt: Timestamp.nullable(),
  })
  .meta({ id: 'Import' });
export type Import = z.infer<typeof Import>;

/** Opens an import on one replica, which then owns it; the bytes follow as a row stream on `uploadSubject`. */
export const startImport = contract({
  subject: 'catalogue.imports.start',
  request: ImportOptions.extend({ datasetId: DatasetId }),
  reply: z.object({ import: Import, uploadSubject: z.string() }),
  errors: ['dataset_not_found', 'storage_full'],
});

export const getImport = contract({
  subject: 'catalogue.imports.get',
  isRead: true,
  request: z.object({ importId: ImportId }),
  reply: Import,
  errors: ['import_not_found'],
});

/** The imports of a dataset that may still publish: those under way, and those that wait for a decision. */
export const listImports = contract({
  subject: 'catalogue.imports.list',
  isRead: true,
  request: PageRequest.extend({ datasetId: DatasetId }),
  reply: pageOf(Import),
  errors: ['dataset_not_found'],
});

/** The version that an import would publish, while it waits for a decision. */
export const ImportReview = z
  .object({
    rowCount: z.int(),
    fields: z.array(Field).meta({ description: 'With the types that were found over the whole file' }),
    warnings: z.array(ImportWarning),
    note: z.string().meta({ description: 'As the upload told it' }),
    reading: Reading.default({}).meta({ description: 'How the file was read, as far as somebody said so' }),
    lines: z
      .string()
      .default('')
      .meta({ description: 'The beginning of the text as it stands in the file; empty for other files' }),
    until: Timestamp.meta({ description: 'When the import ends by itself, unless somebody decides' }),
  })
  .meta({ id: 'ImportReview' });
export type ImportReview = z.infer<typeof ImportReview>;

/** The raw bytes behind the head are a JSON array of the first rows. */
export const getImportReview = contract({
  subject: 'catalogue.imports.review',
  isRead: true,
  request: z.object({ importId: ImportId }),
  reply: ImportReview,
  replyBytes: true,
  errors: ['import_not_found', 'import_not_waiting'],
});

/** How a waiting import is to go on. */
export const PublishImport = z
  .strictObject({
    types: Types.default({}),
    reading: Reading.optional().meta({ description: 'Read the file in this way, in place of the one before' }),
    note: Note.optional().meta({ description: 'In place of the one before' }),
    remember: z.boolean().optional().meta({ description: 'Whether later files of the dataset are read like this one' }),
  })
  .meta({ id: 'PublishImport' });

/** Lets a waiting import go on, once; types that are not possible send it back to its `review`. */
export const publishImport = contract({
  subject: 'catalogue.imports.publish',
  request: PublishImport.extend({ importId: ImportId }),
  reply: Import,
  errors: ['import_not_found', 'import_not_waiting'],
});

/** Another way to read the file of a waiting import. */
export const TryReading = z.strictObject({ reading: Reading, types: Types.default({}) }).meta({ id: 'TryReading' });

/** Reads the file of a waiting import anew; it waits again with what was found, or with why it cannot be read so. */
export const tryReading = contract({
  subject: 'catalogue.imports.try-reading',
  request: TryReading.extend({ importId: ImportId }),
  reply: Import,
  errors: ['import_not_found', 'import_not_waiting'],
});

/** Ends an import that has not published yet, whatever it is at, and leaves nothing of it. */
export const cancelImport = contract({
  subject: 'catalogue.imports.cancel',
  request: z.object({ importId: ImportId }),
  reply: Import,
  errors: ['import_not_found', 'import_finished'],
  timeoutMs: 10_000,
});
