import type { ImportReview } from '@sluice/contracts/catalogue/imports';
import { fieldOptions, type ReadingOption } from './reading-options';

type FileKind = 'csv' | 'json' | 'sheet' | 'parquet';

/** The options that mean something for a kind of file. */
export const fileOptions: Readonly<Record<FileKind, readonly ReadingOption[]>> = {
  csv: [
    'encoding',
    'delimiter',
    'header',
    'skip',
    'quote',
    'escape',
    'comment',
    'ragged',
    'select',
    'strict',
    ...fieldOptions,
  ],
  json: ['encoding', 'jsonPath', 'select', ...fieldOptions],
  sheet: ['sheet', 'header', 'range', ...fieldOptions],
  parquet: ['select'],
};

/** Tells the kind of a file by its beginning: only texts have one. */
export function kindOf({ lines }: Pick<ImportReview, 'lines'>, fileName: string | null): FileKind {
  if (lines.trim() !== '') return /^\s*[[{]/.test(lines) ? 'json' : 'csv';
  return fileName?.toLowerCase().endsWith('.parquet') ? 'parquet' : 'sheet';
}
