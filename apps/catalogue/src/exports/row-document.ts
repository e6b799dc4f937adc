import type { RowFormatting } from '@sluice/contracts/row-formats';
import { arrowDocument } from './arrow-document';
import { parquetDocument } from './parquet-document';
import type { Result } from './result-sql';
import type { Piece, Reading } from './row-slices';
import { textDocument } from './text-document';

/** A document of a result that is small, or numbered: every slice of it runs its statement. `end` bounds its `_row`. */
export function documentOf(
  result: Result,
  end: number,
  formatting: RowFormatting,
  directory: string,
  reading: Reading,
): AsyncGenerator<Piece> {
  const { format } = formatting;
  if (format === 'parquet') return parquetDocument(result, directory, reading);
  const rows = { relation: `(${result.sql})`, values: result.values, fields: result.fields, end };
  return format === 'arrow' ? arrowDocument(rows, reading) : textDocument(rows, formatting, reading);
}
