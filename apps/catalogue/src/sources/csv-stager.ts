import type { ImportWarning } from '@sluice/contracts/catalogue/reading';
import { MAX_FIELDS } from '@sluice/contracts/fields';
import { CsvReader, type CsvSink } from '@sluice/records/csv-reader';
import { type Place, type RecordFault, Unreadable } from '@sluice/records/unreadable';
import { MAX_FAULTS } from './file-refused';
import type { Stager } from './stager';
import { MAX_STAGED_BYTES, StagingBuffer } from './staging-buffer';

/** Stages the rows of a CSV source. Rows of another width are collected as faults, so that they are all told at once. */
export class CsvStager implements Stager, CsvSink {
  readonly records = new StagingBuffer();
  labels: readonly string[] = [];
  rows = 0;
  readonly warnings: readonly ImportWarning[] = [];
  private readonly reader: CsvReader;
  private readonly faults: RecordFault[] = [];

  constructor(options: { delimiter: string; header: boolean }) {
    this.reader = new CsvReader(this, { ...options, maxRecordBytes: MAX_STAGED_BYTES });
  }

  push(chunk: Buffer): void {
    this.read(() => this.reader.push(chunk));
  }

  end(): void {
    this.read(() => this.reader.end());
    if (this.faults.length > 0) throw new Unreadable(this.faults);
    if (this.labels.length > 0) return;
    const detail = 'The file holds no header and no row.';
    throw new Unreadable([{ ...this.reader.place, code: 'empty_file', detail }]);
  }

  columns(count: number, isHeader: boolean, at: Place): void {
    if (count > MAX_FIELDS) {
      const detail = `The file has ${count} columns; at most ${MAX_FIELDS} are possible.`;
      throw new Unreadable([{ ...at, code: 'too_many_columns', detail }]);
    }
    this.labels = isHeader
      ? this.records.openCells().map((cell) => cell ?? '')
      : Array.from({ length: count }, (_, index) => `column_${index + 1}`);
  }

  row(): void {
    this.records.keep();
    this.rows++;
  }

  oddRow(cells: number, at: Place): void {
    this.records.drop();
    const detail = `The row has ${cells} fields where ${this.labels.length} are expected.`;
    const fault = { ...at, code: 'wrong_field_count', detail };
    if (this.faults.length + 1 >= MAX_FAULTS) throw new Unreadable([fault]);
    this.faults.push(fault);
  }

  /** Tells the faults of earlier rows before the one that ends the reading. */
  private read(step: () => void): void {
    try {
      step();
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      throw new Unreadable([...this.faults, ...error.faults]);
    }
  }
}
