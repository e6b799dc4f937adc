import { z } from 'zod';
import { contract } from './contract';
import { Fault } from './fault';
import { FieldType } from './fields';
import { DatasetId, ImportId } from './ids';
import { Timestamp } from './page';

export const importFormats = ['csv', 'tsv', 'json', 'ndjson', 'parquet'] as const;
export const ImportFormat = z.enum(importFormats);
export type ImportFormat = z.infer<typeof ImportFormat>;

/** The phases of an import in their order; `done` and `failed` are final. */
export const ImportPhase = z.enum(['receiving', 'reading', 'storing', 'publishing', 'done', 'failed']);
export type ImportPhase = z.infer<typeof ImportPhase>;

/** How the source is to be read, as the publisher asked for. */
export const ImportOptions = z.object({
  format: ImportFormat,
  gzip: z.boolean().default(false),
  delimiter: z.string().length(1).optional(),
  header: z.boolean().default(true),
  types: z
    .record(z.string(), FieldType)
    .default({})
    .meta({ description: 'Field name or label -> type, wins over what the file suggests' }),
  note: z.string().max(2_000).default(''),
});
export type ImportOptions = z.infer<typeof ImportOptions>;

/** The record of one import: any replica can tell it, whichever works on it. */
export const Import = z
  .object({
    id: ImportId,
    datasetId: DatasetId,
    phase: ImportPhase,
    bytes: z.int().meta({ description: 'Bytes received so far, as sent' }),
    rows: z.int().meta({ description: 'Rows read so far' }),
    version: z.int().nullable().meta({ description: 'Number of the published version' }),
    warnings: z.array(z.string()).meta({ description: 'What was changed on the way in, such as NaN to null' }),
    error: z.object({ code: z.string(), detail: z.string(), errors: z.array(Fault) }).nullable(),
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
  request: z.object({ importId: ImportId }),
  reply: Import,
  errors: ['import_not_found'],
});
