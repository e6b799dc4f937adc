import { MAX_SHEET_ROWS, type WorkbookProperties } from '@sluice/contracts/catalogue/row-formats';
import { measureTexts } from './measure-texts';
import type { NumberedRows, Piece, Reading } from './row-slices';
import { stylesXml } from './sheet-styles';
import { sheetRow } from './sheet-text';
import { sheetEnd, sheetHead } from './sheet-xml';
import { joinedRecords } from './text-document';
import { workbookParts } from './workbook-parts';
import { type ZipPart, zipDocument } from './zip-document';

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const UNNAMED: WorkbookProperties = { title: 'Rows', description: '' };

/** Rows as a workbook of one sheet, whose rows DuckDB renders: at no time more than a slice is in memory. */
export async function* xlsxDocument(
  rows: NumberedRows,
  properties: WorkbookProperties = UNNAMED,
  reading: Reading,
): AsyncGenerator<Piece> {
  const longest = await measureTexts(rows, reading);
  yield* zipDocument([
    ...Object.entries(workbookParts(properties)).map(([name, xml]) => xmlPart(name, xml)),
    xmlPart('xl/styles.xml', stylesXml),
    { name: 'xl/worksheets/sheet1.xml', pieces: sheet(rows, longest, reading) },
  ]);
}

async function* sheet(
  rows: NumberedRows,
  longest: ReadonlyMap<string, number>,
  reading: Reading,
): AsyncGenerator<Piece> {
  let count = 0;
  yield { bytes: Buffer.from(XML + sheetHead(rows.fields, longest)), rows: 0 };
  for await (const piece of joinedRecords(rows, sheetRow(rows.fields), reading)) {
    count += piece.rows;
    // The gateway counts before it asks; a short sheet would look whole.
    if (count > MAX_SHEET_ROWS) throw new Error('more rows than a sheet can have');
    yield piece;
  }
  yield { bytes: Buffer.from(sheetEnd(rows.fields.length, count)), rows: 0 };
}

function xmlPart(name: string, xml: string): ZipPart {
  return {
    name,
    pieces: [{ bytes: Buffer.from(XML + xml), rows: 0 }],
  };
}
