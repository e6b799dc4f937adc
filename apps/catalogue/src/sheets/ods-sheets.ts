import type { ZipFile } from '../archives/zip-file';
import { refuseFile } from '../sources/file-refused';
import { OdsCells } from './ods-cells';
import { scanPart } from './scan-part';
import type { Workbook } from './workbook';
import type { XmlSink } from './xml-scanner';

const CONTENT = 'content.xml';
const MANIFEST = 'META-INF/manifest.xml';

/** Opens a workbook of OpenDocument: all its sheets stand in one part. */
export async function openOds(zip: ZipFile): Promise<Workbook> {
  await refuseEncrypted(zip);
  const { sheets } = await listSheets(zip);
  return {
    sheets,
    texts: null,
    read: async (index, table, { onRows, signal }) => {
      await scanPart(zip, CONTENT, new OdsCells(table, index), { signal, onChunk: () => onRows(table.rows) });
    },
    close: () => {},
  };
}

async function refuseEncrypted(zip: ZipFile): Promise<void> {
  if (zip.find(MANIFEST) === undefined) return;
  const open = (name: string) => {
    if (name === 'encryption-data')
      refuseFile('password_protected', 'The workbook is protected by a password. Save it without one.');
  };
  await scanPart(zip, MANIFEST, { wantsText: false, open, close: () => {}, text: () => {} });
}

/** Finds the sheets, and the styles that hide some. */
async function listSheets(zip: ZipFile): Promise<Pick<Workbook, 'sheets'>> {
  const hidden = new Set<string>();
  const sheets: { name: string; isHidden: boolean }[] = [];
  let style = '';
  let depth = 0;
  let spreadsheet = Number.POSITIVE_INFINITY;
  const open: XmlSink['open'] = (name, tag) => {
    depth++;
    if (name === 'spreadsheet') spreadsheet = depth;
    else if (name === 'style') style = tag.value('style:name') ?? '';
    else if (name === 'table-properties' && tag.value('table:display') === 'false') hidden.add(style);
    else if (name === 'table' && depth === spreadsheet + 1)
      sheets.push({
        name: tag.value('table:name') ?? '',
        isHidden: hidden.has(tag.value('table:style-name') ?? ''),
      });
  };
  const close = () => {
    depth--;
  };
  await scanPart(zip, CONTENT, { wantsText: false, open, close, text: () => {} });
  if (sheets.length === 0) refuseFile('broken_spreadsheet', 'The file is no spreadsheet: it has no sheet.');
  return { sheets };
}
