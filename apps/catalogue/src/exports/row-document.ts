import type { RowFormatting } from '@sluice/contracts/catalogue/row-formats';
import { arrowDocument } from './arrow-document';
import { parquetDocument } from './parquet-document';
import type { Result } from './result-sql';
import type { Piece, Reading } from './row-slices';
import type { SpoolDirectory } from './spool-directory';
import { textDocument } from './text-document';
import { xlsxDocument } from './xlsx-document';

/** A document of a result that is small, or numbered: every slice of it runs its statement. `end` bounds its `_row`. */
export function openDocument(
  result: Result,
  end: number,
  formatting: RowFormatting,
  spools: SpoolDirectory,
  reading: Reading,
): AsyncGenerator<Piece> {
  const { format } = formatting;
  if (format === 'parquet') return parquetDocument(result, spools, reading);
  const rows = { relation: `(${result.sql})`, values: result.values, fields: result.fields, end };
  if (format === 'xlsx') return xlsxDocument(rows, formatting.workbook, reading);
  return format === 'arrow' ? arrowDocument(rows, reading) : textDocument(rows, formatting, reading);
}
