import { open } from 'node:fs/promises';
import { refuseFile } from '../sources/file-refused';

const OLE = Buffer.from('d0cf11e0a1b11ae1', 'hex');
const ZIP = Buffer.from('PK');
const LOOK_BYTES = 1024 * 1024;

/** Refuses by its name what is no ZIP file: the containers of old and of encrypted workbooks look alike. */
export async function expectZip(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const look = async (at: number) => {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(LOOK_BYTES), 0, LOOK_BYTES, Math.max(0, at));
      return buffer.subarray(0, bytesRead);
    };
    const begin = await look(0);
    if (begin.subarray(0, ZIP.length).equals(ZIP)) return;
    if (!begin.subarray(0, OLE.length).equals(OLE))
      refuseFile('not_a_spreadsheet', 'The file is neither an XLSX nor an ODS spreadsheet.');
    // The names of what is inside stand in the directory, which may be anywhere: mostly near one of the ends.
    const name = Buffer.from('EncryptedPackage', 'utf16le');
    if (begin.includes(name) || (await look(size - LOOK_BYTES)).includes(name))
      refuseFile('password_protected', 'The workbook is protected by a password. Save it without one.');
    refuseFile('old_excel', 'The file is an old Excel workbook (.xls). Save it as .xlsx.');
  } finally {
    await file.close();
  }
}
