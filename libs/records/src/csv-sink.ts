import type { CsvForm } from './csv-form';
import type { RecordBuffer } from './record-buffer';
import type { Place } from './unreadable';

export interface CsvOptions extends CsvForm {
  /** Whether the first record names the columns, as it does by default. */
  header?: boolean;
  /** The number of columns, where it is known: then the first record is a row. */
  width?: number;
  /** A record may take so much in the buffer; without, it may be of any length. */
  maxRecordBytes?: number;
  /** Where the text begins in its file, if not at its beginning. */
  from?: Place;
}

/** Takes what a CsvReader finds, in the order of the text. What it throws ends the reading. */
export interface CsvSink {
  /** Holds the cells of the open record, which the reader writes. The sink drops them, or keeps them for later. */
  readonly records: RecordBuffer;
  /** Takes the number of columns when the first record is open: the header, whose cells name them, or a row. */
  columns(count: number, isHeader: boolean, at: Place): void;
  /** Takes the open record, which has a cell for each column. */
  row(): void;
  /** Takes a record with more or fewer cells: the place of the first one too many, or of its end. */
  oddRow(cells: number, at: Place): void;
}
