import type { ZipFile } from '../archives/zip-file';
import { scanPart } from './scan-part';
import { SharedTexts } from './shared-texts';
import type { Workbook } from './workbook';
import { XlsxCells } from './xlsx-cells';
import { readWorkbook } from './xlsx-workbook';

/** Opens a workbook of Office Open XML; `path` is for the texts that its cells share. */
export async function openXlsx(zip: ZipFile, path: string): Promise<Workbook> {
  const workbook = await readWorkbook(zip);
  const { sheets, sharedTexts } = workbook;
  const texts = new SharedTexts(path);
  try {
    if (sharedTexts !== undefined) await scanPart(zip, sharedTexts, texts);
    texts.finish();
  } catch (error) {
    texts.release();
    throw error;
  }
  return {
    sheets,
    texts,
    read: async (index, table, { onRows, signal }) => {
      const part = sheets[index]?.part ?? '';
      await scanPart(zip, part, new XlsxCells(table, workbook), { signal, onChunk: () => onRows(table.rows) });
    },
    close: () => texts.release(),
  };
}
