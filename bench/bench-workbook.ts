import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { strToU8, Zip, ZipDeflate } from 'fflate';

const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const TEXTS = 50_000;
const LETTERS = 'ABCDEFGHIJKLMNOP';
const BATCH_ROWS = 1_000;

/** Writes a sheet of 16 columns: numbers, shared texts, dates and booleans; and the same rows as CSV. */
export async function writeWorkbook(xlsx: string, csv: string, rows: number): Promise<void> {
  const [out, text] = [createWriteStream(xlsx), createWriteStream(csv)];
  const zip = new Zip((_, bytes) => out.write(bytes));
  const part = (name: string) => {
    const file = new ZipDeflate(name, { level: 1 });
    zip.add(file);
    return file;
  };
  const put = (name: string, content: string) => part(name).push(strToU8(content), true);
  const relation = (id: string, kind: string, target: string) =>
    `<Relationship Id="${id}" Type="${OFFICE}/${kind}" Target="${target}"/>`;
  put('_rels/.rels', `<Relationships>${relation('rId1', 'officeDocument', 'xl/workbook.xml')}</Relationships>`);
  put('xl/workbook.xml', '<workbook><sheets><sheet name="One" sheetId="1" r:id="rId1"/></sheets></workbook>');
  const parts = [
    relation('rId1', 'worksheet', 'worksheets/sheet1.xml'),
    relation('rId2', 'styles', 'styles.xml'),
    relation('rId3', 'sharedStrings', 'sharedStrings.xml'),
  ];
  put('xl/_rels/workbook.xml.rels', `<Relationships>${parts.join('')}</Relationships>`);
  put('xl/styles.xml', '<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>');
  const names = Array.from({ length: 16 }, (_, column) => `column ${column}`);
  const texts = [...names, ...Array.from({ length: TEXTS }, (_, index) => textOf(index))];
  put('xl/sharedStrings.xml', `<sst>${texts.map((each) => `<si><t>${each}</t></si>`).join('')}</sst>`);
  const sheet = part('xl/worksheets/sheet1.xml');
  const header = names.map((_, column) => `<c r="${LETTERS[column]}1" t="s"><v>${column}</v></c>`).join('');
  sheet.push(strToU8(`<worksheet><sheetData><row r="1">${header}</row>`));
  text.write(`${names.join(',')}\n`);
  for (let first = 2; first <= rows + 1; first += BATCH_ROWS) await writeRows(sheet, text, first);
  sheet.push(strToU8('</sheetData></worksheet>'), true);
  zip.end();
  out.end();
  text.end();
  await Promise.all([finished(out), finished(text)]);
}

async function writeRows(sheet: ZipDeflate, text: WriteStream, first: number): Promise<void> {
  const numbers = Array.from({ length: BATCH_ROWS }, (_, index) => first + index);
  const lines = numbers.map((row) => Array.from({ length: 16 }, (_, column) => cellOf(row, column)));
  sheet.push(
    strToU8(
      lines.map((cells, index) => `<row r="${first + index}">${cells.map(([xml]) => xml).join('')}</row>`).join(''),
    ),
  );
  const isFull = !text.write(`${lines.map((cells) => cells.map(([, plain]) => plain).join(',')).join('\n')}\n`);
  if (isFull) await once(text, 'drain');
}

/** A cell as XML and as CSV. */
function cellOf(row: number, column: number): [xml: string, plain: string] {
  const at = `r="${LETTERS[column]}${row}"`;
  if (column < 9) {
    const value = column < 4 ? String(row * (column + 1)) : (row * 1.37 + column).toFixed(3);
    return [`<c ${at}><v>${value}</v></c>`, value];
  }
  if (column < 13) {
    const index = (row * 7 + column) % TEXTS;
    return [`<c ${at} t="s"><v>${index + 16}</v></c>`, textOf(index)];
  }
  if (column === 15) return [`<c ${at} t="b"><v>${row % 2}</v></c>`, String(row % 2 === 1)];
  const day = new Date(Date.UTC(2009, 6, 6 + (row % 9_000))).toISOString().slice(0, 10);
  return [`<c ${at} s="1"><v>${40_000 + (row % 9_000)}</v></c>`, day];
}

function textOf(index: number): string {
  return `text number ${index} of many`;
}
