import type { StageProgress } from '../sources/staged-file';
import type { CellTexts, SheetTable } from './sheet-table';

/** A workbook whose sheets can be read one at a time. */
export interface Workbook {
  sheets: readonly { name: string; isHidden: boolean }[];
  texts: CellTexts | null;
  /** Puts the cells of a sheet into a table. */
  read(index: number, table: SheetTable, progress: StageProgress): Promise<void>;
  close(): void;
}
