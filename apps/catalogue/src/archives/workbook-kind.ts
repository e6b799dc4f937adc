import { ZipFile, type ZipLimits } from './zip-file';

/** Tells whether a ZIP file is a workbook, by the parts that each kind has. */
export async function workbookKind(path: string, limits: ZipLimits): Promise<'xlsx' | 'ods' | null> {
  const zip = await ZipFile.open(path, limits);
  try {
    const names = new Set(zip.names);
    if (names.has('[Content_Types].xml') || names.has('xl/workbook.xml')) return 'xlsx';
    return names.has('mimetype') && names.has('content.xml') ? 'ods' : null;
  } finally {
    zip.close();
  }
}
