import type { ImportOptions } from '@sluice/contracts/catalogue/imports';
import type { ImportWarning, Reading } from '@sluice/contracts/catalogue/reading';
import { CsvReader } from '@sluice/records/csv-reader';
import type { CsvSink } from '@sluice/records/csv-sink';
import { type Place, type RecordFault, Unreadable } from '@sluice/records/unreadable';
import type { Dialect } from './csv-dialect';
import { MAX_FAULTS } from './file-refused';
import { LineSkip } from './line-skip';
import { SelectedColumns } from './selected-columns';
import type { Stager } from './stager';
import { MAX_STAGED_BYTES, StagingBuffer } from './staging-buffer';

/** The column of the cells that a row has too many. */
const REST = '_rest';

/** How many rows were changed to fit, and the line of the first. */
interface Tally {
  count: number;
  line: number;
}

/**
 * Stages the rows of a CSV source. Rows of another width are filled with nulls, or lose empty cells at their end; those
 * that cannot be made to fit are collected as faults, so that they are all told at once.
 */
export class CsvStager implements Stager, CsvSink {
  readonly records = new StagingBuffer();
  labels: readonly string[] = [];
  rows = 0;
  /** Columns of the source, and which of them come in. */
  private width = 0;
  private columnsWanted: boolean[] = [];
  private readonly skip: LineSkip;
  private reader: CsvReader | null = null;
  private readonly faults: RecordFault[] = [];
  private readonly padded: Tally = { count: 0, line: 0 };
  private readonly shortened: Tally = { count: 0, line: 0 };
  private readonly kept: Tally = { count: 0, line: 0 };

  constructor(
    private readonly dialect: Dialect,
    private readonly ragged: NonNullable<Reading['ragged']> = 'pad',
    private readonly selected = new SelectedColumns(undefined),
  ) {
    this.skip = new LineSkip(dialect.skip);
  }

  /** The columns of the source that its own are, where some are left out. */
  get sourceColumns(): readonly number[] | undefined {
    if (this.selected.areAll) return undefined;
    return this.columnsWanted.flatMap((isWanted, column) => (isWanted ? [column] : []));
  }

  get types(): ImportOptions['types'] {
    return this.ragged === 'keep' && this.labels.at(-1) === REST ? { [REST]: 'json' } : {};
  }

  get warnings(): readonly ImportWarning[] {
    const told = (code: string, { count, line }: Tally, detail: string): ImportWarning[] =>
      count > 0 ? [{ code, detail, option: 'ragged', line, count }] : [];
    return [
      ...told('rows_padded', this.padded, `${rowsOf(this.padded)} fewer cells than columns: nulls were added.`),
      ...told('cells_dropped', this.shortened, `${rowsOf(this.shortened)} empty cells too many, which were left out.`),
      ...told(
        'cells_kept',
        this.kept,
        `${rowsOf(this.kept)} more cells than columns, which stand in a field of their own.`,
      ),
    ];
  }

  /** Tells whether the text is not as its beginning suggests, so that it may be worth looking at the whole of it. */
  get hasDoubts(): boolean {
    const odd = this.padded.count + this.shortened.count + this.kept.count + this.faults.length;
    return odd > 0 || (!this.dialect.trim && (this.reader?.blanksBeforeQuotes ?? 0) > 0);
  }

  push(chunk: Buffer): void {
    const rest = this.skip.take(chunk);
    if (rest.length > 0) this.read((reader) => reader.push(rest));
  }

  end(): void {
    this.read((reader) => reader.end());
    if (this.faults.length > 0) throw new Unreadable(this.faults);
    if (this.labels.length > 0) return;
    const detail = 'The file holds no header and no row.';
    throw new Unreadable([{ ...this.skip.place, code: 'empty_file', detail }]);
  }

  columns(count: number, isHeader: boolean, at: Place): void {
    if (count > this.selected.most) {
      const detail =
        `The file has ${count} columns; at most ${this.selected.most} are possible. ${this.selected.hint}`.trim();
      throw new Unreadable([{ ...at, code: 'too_many_columns', detail }]);
    }
    const labels = isHeader
      ? this.records.openCells().map((cell) => cell ?? '')
      : Array.from({ length: count }, (_, index) => `column_${index + 1}`);
    this.width = count;
    this.columnsWanted = labels.map((label) => this.selected.has(label));
    this.selected.refuseMissing();
    const wanted = labels.filter((_, column) => this.columnsWanted[column]);
    this.labels = this.ragged === 'keep' ? [...wanted, REST] : wanted;
    if (this.ragged === 'keep') this.columnsWanted.push(true);
  }

  row(): void {
    if (!this.selected.areAll) this.records.keepCells(this.columnsWanted);
    this.records.keep();
    this.rows++;
  }

  oddRow(cells: number, at: Place): void {
    const { width } = this;
    const tally = this.ragged === 'refuse' ? null : this.fit(cells, width);
    if (tally) {
      if (tally.count++ === 0) tally.line = at.line;
      this.row();
      return;
    }
    this.records.drop();
    const detail = `The row has ${cells} fields where ${width} are expected.`;
    const fault = { ...at, code: 'wrong_field_count', detail };
    if (this.faults.length + 1 >= MAX_FAULTS) throw new Unreadable([fault]);
    this.faults.push(fault);
  }

  /** Makes the open record one of so many cells; null where that would lose a value. */
  private fit(cells: number, width: number): Tally | null {
    if (cells < width) return this.padded;
    const rest = this.records.cutCells(width);
    if (rest.every((cell) => cell === null || cell === '')) return this.shortened;
    if (this.ragged !== 'keep') return null;
    this.records.putCell(JSON.stringify(rest));
    return this.kept;
  }

  /** Tells the faults of earlier rows before the one that ends the reading. */
  private read(step: (reader: CsvReader) => void): void {
    const { header, skip: _, ...form } = this.dialect;
    this.reader ??= new CsvReader(this, { ...form, header, maxRecordBytes: MAX_STAGED_BYTES, from: this.skip.place });
    try {
      step(this.reader);
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      throw new Unreadable([...this.faults, ...error.faults]);
    }
  }
}

function rowsOf({ count }: Tally): string {
  return count === 1 ? '1 row has' : `${count} rows have`;
}
