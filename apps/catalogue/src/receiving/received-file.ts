import type { ImportWarning } from '@sluice/contracts/catalogue/reading';
import type { StagedFile, TextFormat } from '../sources/staged-file';

/** A file that was received and unpacked: a text in UTF-8 without a byte order mark, or one of the binary formats. */
export interface ReceivedFile {
  path: string;
  kind: TextFormat | 'parquet' | 'xlsx' | 'ods';
  warnings: ImportWarning[];
  /** The bytes of a text as they came, unpacked; and its beginning in UTF-8. */
  raw?: string;
  begin?: string;
  /** The staged file; missing where the whole text has to be looked at. */
  staged?: StagedFile;
}
