import { closeSync, openSync, writeSync } from 'node:fs';
import type { ImportWarning, Reading } from '@sluice/contracts/catalogue/reading';
import { MAX_FIELDS } from '@sluice/contracts/fields';
import { FileRefused, refuseFile } from '../sources/file-refused';
import { MAX_STAGED_BYTES, StagingBuffer } from '../sources/staging-buffer';
import { type CellRange, columnName, MAX_ROWS, parseRange, wholeSheet } from './cell-address';
import { guessBegin, type HeldRow } from './header-row';
import { SheetNotes } from './sheet-notes';

export type SheetReading = Pick<Reading, 'sheet' | 'range' | 'header' | 'skip'>;

/** Texts that cells name by their number. */
export interface CellTexts {
  count: number;
  sizeOf(index: number): number;
  copyTo(buffer: StagingBuffer, index: number): void;
}

/** Rows that are held back until it is clear where the table begins. */
const HELD_ROWS = 100;
const HELD_BYTES = 4 * 1024 ** 2;
const WRITE_BYTES = 512 * 1024;

/** Tells that a cell stands left of where the first rows let the table begin: then it begins further left. */
export class LeftOfTable extends Error {
  constructor(readonly column: number) {
    super('a cell stands left of the table');
  }
}

/** Stages the cells of one sheet as they come, row by row and from left to right. */
export class SheetTable {
  readonly notes = new SheetNotes();
  readonly labels: string[] = [];
  rows = 0;
  firstColumn: number;
  private readonly records = new StagingBuffer();
  private readonly output: number;
  private readonly within: CellRange;
  private readonly firstRow: number;
  private held: HeldRow[] | null = [];
  private heldBytes = 0;
  private row = 0;
  private isOpen = false;
  private isIn = false;
  private nextColumn = 0;
  private lastColumn = -1;
  private staged = 0;
  private begin?: ImportWarning;

  /** `firstColumn` is where the table begins at the latest. */
  constructor(
    readonly path: string,
    private readonly reading: SheetReading,
    private readonly limits: { maxBytes: number },
    private readonly texts: CellTexts | null,
    firstColumn = Number.POSITIVE_INFINITY,
  ) {
    this.output = openSync(path, 'w');
    this.within = reading.range === undefined ? wholeSheet : parseRange(reading.range);
    const { header, skip = 0 } = reading;
    this.firstRow = Math.max(this.within.firstRow, skip + 1, typeof header === 'number' ? header : 1);
    this.firstColumn = reading.range === undefined ? firstColumn : this.within.firstColumn;
  }

  /** Whether any cell had a value. */
  get isEmpty(): boolean {
    return this.rows === 0 && this.labels.length === 0 && (this.held?.length ?? 0) === 0;
  }

  openRow(row: number): void {
    if (row <= this.row || row > MAX_ROWS)
      refuseFile('broken_spreadsheet', `Row ${row} stands at a place where it cannot be.`);
    this.row = row;
    this.isIn = row >= this.firstRow && row <= this.within.lastRow;
    this.isOpen = false;
  }

  /** Tells whether a cell of the open row is read at all. */
  takes(column: number): boolean {
    return this.isIn && column >= this.within.firstColumn && column <= this.within.lastColumn;
  }

  /** Puts a value, as JSON, into the open row. */
  put(column: number, json: string): void {
    if (this.held) {
      this.hold(this.held, column, json);
      return;
    }
    this.openCell(column, json.length * 3);
    const { records } = this;
    const { bytes } = records;
    let at = records.length;
    for (let index = 0; index < json.length; index++) {
      const code = json.charCodeAt(index);
      if (code > 0x7e) {
        at = records.length + encoder.encodeInto(json, bytes.subarray(records.length)).written;
        break;
      }
      bytes[at++] = code;
    }
    records.length = at;
  }

  /** Whether the table has begun, so that values are staged at once. */
  get isBegun(): boolean {
    return this.held === null;
  }

  /** Puts JSON that needs no escapes, from elsewhere, into the open row of a table that has begun. */
  putBytes(column: number, source: Uint8Array, from: number, to: number): void {
    this.openCell(column, to - from);
    const { records } = this;
    const { bytes } = records;
    let { length } = records;
    for (let at = from; at < to; at++) bytes[length++] = source[at] as number;
    records.length = length;
  }

  /** Puts the text of this number into the open row. */
  putText(column: number, index: number): void {
    const { texts, row } = this;
    if (!texts || !(index >= 0 && index < texts.count)) throw missingText(row);
    const size = texts.sizeOf(index);
    if (size === 0) return;
    if (this.held) {
      const copy = new StagingBuffer();
      copy.reserve(size);
      texts.copyTo(copy, index);
      this.hold(this.held, column, Buffer.from(copy.bytes.buffer, 0, size).toString());
      return;
    }
    this.openCell(column, size);
    texts.copyTo(this.records, index);
  }

  closeRow(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    const { held, records } = this;
    if (held) {
      if (held.length >= HELD_ROWS || this.heldBytes > HELD_BYTES) this.release(held);
      return;
    }
    if (records.openBytes > MAX_STAGED_BYTES)
      refuseFile('row_too_large', `The row is larger than ${MAX_STAGED_BYTES} bytes.`, { line: this.row });
    records.keep();
    this.rows++;
    if (records.length > WRITE_BYTES) this.write();
  }

  /** Ends the table: nothing comes any more. */
  finish(): void {
    if (this.held && this.held.length > 0) this.release(this.held);
    const { header } = this.reading;
    if (typeof header === 'number' && this.labels.length === 0)
      refuseFile('no_header', `Row ${header} of the sheet holds no names.`, { line: header });
    this.write();
    if (this.lastColumn < 0) return;
    const width = this.lastColumn - this.firstColumn + 1;
    if (width > MAX_FIELDS) {
      const detail = `The sheet has ${width} columns; at most ${MAX_FIELDS} are possible. Name a range of cells with fewer.`;
      refuseFile('too_many_columns', detail);
    }
    for (let column = this.labels.length; column < width; column++) this.labels.push('');
  }

  close(): void {
    closeSync(this.output);
  }

  warnings(): ImportWarning[] {
    const { firstColumn, lastColumn } = this;
    const cells = this.notes.warnings({ ...wholeSheet, firstColumn, lastColumn });
    return this.begin ? [this.begin, ...cells] : cells;
  }

  private openCell(column: number, size: number): void {
    const { records } = this;
    if (!this.isOpen) {
      this.isOpen = true;
      records.begin(this.row, this.row);
      this.nextColumn = this.firstColumn;
    }
    if (column < this.nextColumn) {
      if (column < this.firstColumn) throw new LeftOfTable(column);
      refuseFile('broken_spreadsheet', `Cell ${columnName(column)}${this.row} stands at a place where it cannot be.`);
    }
    const count = column - this.nextColumn + 2 + size;
    // A call for each cell takes as long as its bytes.
    if (records.length + count > records.bytes.length) records.reserve(count);
    for (; this.nextColumn <= column; this.nextColumn++) records.putSeparator();
    if (column > this.lastColumn) this.lastColumn = column;
  }

  private hold(held: HeldRow[], column: number, json: string): void {
    if (!this.isOpen) {
      this.isOpen = true;
      held.push({ row: this.row, cells: [] });
    }
    held.at(-1)?.cells.push({ column, json });
    this.heldBytes += json.length;
  }

  /** Decides where the table begins, and stages the rows that were held back. */
  private release(held: HeldRow[]): void {
    const { row } = this;
    const { header, first } = this.findBegin(held);
    const table = held.slice(header ?? first);
    for (const { cells } of table) this.firstColumn = Math.min(this.firstColumn, cells[0]?.column ?? this.firstColumn);
    if (header !== null) this.label(held[header]?.cells ?? []);
    this.held = null;
    for (const each of held.slice(first)) {
      this.row = each.row;
      for (const { column, json } of each.cells) this.put(column, json);
      this.closeRow();
    }
    this.row = row;
  }

  private findBegin(held: HeldRow[]) {
    const { header } = this.reading;
    if (header === false) return { header: null, first: 0 };
    if (typeof header === 'number') {
      if (held[0]?.row !== header)
        refuseFile('no_header', `Row ${header} of the sheet holds no names.`, { line: header });
      return { header: 0, first: 1 };
    }
    const begin = guessBegin(held);
    const line = held[begin.header ?? begin.first]?.row;
    const above = begin.first - (begin.header === null ? 0 : 1);
    const skipped = above === 1 ? 'the row above was left out' : `${above} rows above were left out`;
    const names =
      begin.header === null
        ? 'No row holds names of columns, so they are numbered'
        : `The names of the columns are those of row ${line}`;
    if (above > 0 || begin.header === null)
      this.begin = {
        code: 'header_guessed',
        detail: above > 0 ? `${names}; ${skipped}.` : `${names}.`,
        option: 'header',
        line,
        count: above > 0 ? above : undefined,
      };
    return begin;
  }

  private label(cells: HeldRow['cells']): void {
    for (const { column, json } of cells) {
      while (this.labels.length < column - this.firstColumn) this.labels.push('');
      this.labels.push(json.startsWith('"') ? JSON.parse(json) : json);
      this.lastColumn = Math.max(this.lastColumn, column);
    }
  }

  private write(): void {
    const { records } = this;
    const { wholeRows } = records;
    this.staged += wholeRows.length;
    const { maxBytes } = this.limits;
    if (this.staged > maxBytes)
      throw new FileRefused(`The sheet is larger than ${maxBytes} bytes when it is unpacked.`, [], 'payload_too_large');
    for (let at = 0; at < wholeRows.length; ) at += writeSync(this.output, wholeRows, at);
    records.dropWholeRows();
  }
}

const encoder = new TextEncoder();

function missingText(row: number): FileRefused {
  const detail = `A cell of row ${row} names a text that the file does not have.`;
  return new FileRefused(detail, [{ in: 'file', line: row, code: 'broken_spreadsheet', detail }]);
}
