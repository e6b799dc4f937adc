import { strToU8, zipSync } from 'fflate';

const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

interface Sheet {
  name?: string;
  /** What stands in `sheetData`. */
  rows: string;
  state?: 'hidden' | 'veryHidden';
  before?: string;
  after?: string;
}

interface Workbook {
  sheets: Sheet[];
  /** Codes of number formats, for the cell formats 1, 2, 3 …; a number is a format that is built in. */
  formats?: (string | number)[];
  texts?: string[];
  is1904?: boolean;
  /** Parts in the place of those that would be written; undefined leaves one out. */
  parts?: Record<string, string | undefined>;
}

/** Writes a workbook of Office Open XML with these parts. */
export function xlsx({ sheets, formats = [], texts, is1904, parts = {} }: Workbook): Buffer {
  const numbered = formats.map((format, index) => ({ format, id: typeof format === 'number' ? format : 164 + index }));
  const custom = numbered.flatMap(({ format, id }) =>
    typeof format === 'string' ? [`<numFmt numFmtId="${id}" formatCode="${escaped(format)}"/>`] : [],
  );
  const entries = sheets.map(({ name, state }, index) => {
    const hidden = state ? ` state="${state}"` : '';
    return `<sheet name="${escaped(name ?? `Sheet${index + 1}`)}" sheetId="${index + 1}"${hidden} r:id="rId${index + 1}"/>`;
  });
  const relations = sheets.map((_, index) =>
    relation(`rId${index + 1}`, 'worksheet', `worksheets/sheet${index + 1}.xml`),
  );
  const all: Record<string, string | undefined> = {
    '_rels/.rels': relationships([relation('rId1', 'officeDocument', 'xl/workbook.xml')]),
    'xl/workbook.xml': `<?xml version="1.0" encoding="UTF-8"?>\n<workbook xmlns:r="${OFFICE}"><workbookPr date1904="${is1904 ? 1 : 0}"/><sheets>${entries.join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': relationships([
      ...relations,
      relation('rIdS', 'styles', '/xl/styles.xml'),
      ...(texts ? [relation('rIdT', 'sharedStrings', 'sharedStrings.xml')] : []),
    ]),
    'xl/styles.xml': `<styleSheet><numFmts>${custom.join('')}</numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/>${numbered.map(({ id }) => `<xf numFmtId="${id}"/>`).join('')}</cellXfs></styleSheet>`,
    ...(texts ? { 'xl/sharedStrings.xml': `<sst>${texts.map((text) => `<si>${text}</si>`).join('')}</sst>` } : {}),
    ...Object.fromEntries(
      sheets.map(({ rows, before = '', after = '' }, index) => [
        `xl/worksheets/sheet${index + 1}.xml`,
        `<worksheet>${before}<sheetData>${rows}</sheetData>${after}</worksheet>`,
      ]),
    ),
    ...parts,
  };
  return zipped(all);
}

/** Writes a workbook of OpenDocument with this in `office:spreadsheet`. */
export function ods(tables: string, styles = '', parts: Record<string, string> = {}): Buffer {
  return zipped({
    mimetype: 'application/vnd.oasis.opendocument.spreadsheet',
    'content.xml': `<?xml version="1.0"?><office:document-content><office:automatic-styles>${styles}</office:automatic-styles><office:body><office:spreadsheet>${tables}</office:spreadsheet></office:body></office:document-content>`,
    ...parts,
  });
}

/** Rows of cells: numbers, texts in place, and cells as they are written. */
export function rowsOf(...rows: (number | string)[][]): string {
  return rows
    .map((cells, index) => {
      const written = cells.map((cell, column) => {
        const at = `${String.fromCharCode(65 + column)}${index + 1}`;
        if (typeof cell === 'number') return `<c r="${at}"><v>${cell}</v></c>`;
        if (cell.startsWith('<c')) return cell.replace('<c', `<c r="${at}"`);
        return cell === '' ? '' : `<c r="${at}" t="inlineStr"><is><t>${escaped(cell)}</t></is></c>`;
      });
      return `<row r="${index + 1}">${written.join('')}</row>`;
    })
    .join('');
}

export function zipped(parts: Record<string, string | Uint8Array | undefined>): Buffer {
  const files = Object.entries(parts).flatMap(([name, content]) =>
    content === undefined ? [] : [[name, typeof content === 'string' ? strToU8(content) : content] as const],
  );
  return Buffer.from(zipSync(Object.fromEntries(files), { level: 1 }));
}

function relation(id: string, kind: string, target: string): string {
  return `<Relationship Id="${id}" Type="${OFFICE}/${kind}" Target="${target}"/>`;
}

function relationships(all: string[]): string {
  return `<Relationships>${all.join('')}</Relationships>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
