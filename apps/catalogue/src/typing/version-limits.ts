import { FileRefused } from '../sources/file-refused';

/** How much one version may hold. */
export interface VersionLimits {
  maxRows: number;
  /** Of a file as it is unpacked. */
  maxBytes: number;
}

/** Refuses a file of more rows than a version may have. */
export function expectRows(rows: number, maxRows: number): void {
  if (rows <= maxRows) return;
  const detail = `The file has ${rows} rows; a version has at most ${maxRows}.`;
  throw new FileRefused(detail, [{ in: 'file', code: 'too_many_rows', detail, max: maxRows }], 'payload_too_large');
}
