import { refuseFile } from '../sources/file-refused';
import { cellName, MAX_COLUMNS, MAX_ROWS } from './cell-address';
import { OdsText } from './ods-text';
import { odsValue, textJson } from './ods-value';
import type { SheetTable } from './sheet-table';
import type { XmlSink } from './xml-scanner';
import type { XmlTag } from './xml-tag';

interface OpenCell {
  /** As its attributes say; undefined where its text is the value. */
  value: string | null | undefined;
  repeated: number;
}

/** Puts the cells of one sheet of OpenDocument into a table (ODF 1.3 part 3, 9.1). */
export class OdsCells implements XmlSink {
  private depth = 0;
  private spreadsheet = Number.POSITIVE_INFINITY;
  private sheet = -1;
  private row = 0;
  private rowRepeated = 1;
  private isRowHidden = false;
  private column = 0;
  private styledColumns = 0;
  private cell: OpenCell | null = null;
  private cellDepth = 0;
  private readonly content = new OdsText();
  /** The values of the open row: it may stand for many. */
  private values: { column: number; json: string }[] = [];

  constructor(
    private readonly table: SheetTable,
    private readonly index: number,
  ) {}

  get wantsText(): boolean {
    return this.cell !== null && this.content.wantsText;
  }

  open(name: string, tag: XmlTag): void {
    this.depth++;
    if (name === 'spreadsheet') this.spreadsheet = this.depth;
    else if (name === 'table' && this.depth === this.spreadsheet + 1) this.sheet++;
    if (this.sheet !== this.index) return;
    if (this.cell) this.content.open(name, tag);
    else if (name === 'table-cell' || name === 'covered-table-cell') this.openCell(name, tag);
    else if (name === 'table-row') this.openRow(tag);
    else if (name === 'table-column') this.openColumn(tag);
  }

  close(name: string): void {
    this.depth--;
    if (this.sheet !== this.index) return;
    if (this.cell && this.depth < this.cellDepth) this.closeCell(this.cell);
    else if (this.cell) this.content.close(name);
    else if (name === 'table-row') this.closeRow();
    else if (name === 'table' && this.depth === this.spreadsheet) this.sheet = Number.NaN;
  }

  text(text: string): void {
    this.content.text(text);
  }

  private openColumn(tag: XmlTag): void {
    const count = repeated(tag, 'table:number-columns-repeated');
    if (isHidden(tag)) this.table.notes.noteHiddenColumns(this.styledColumns, this.styledColumns + count - 1);
    this.styledColumns += count;
  }

  private openRow(tag: XmlTag): void {
    this.rowRepeated = repeated(tag, 'table:number-rows-repeated');
    this.isRowHidden = isHidden(tag);
    this.column = 0;
    this.values = [];
  }

  private openCell(name: string, tag: XmlTag): void {
    const isCovered = name === 'covered-table-cell';
    this.cell = { value: isCovered ? null : odsValue(tag), repeated: repeated(tag, 'table:number-columns-repeated') };
    this.cellDepth = this.depth;
    this.content.clear();
    const spans = ['table:number-columns-spanned', 'table:number-rows-spanned'].some(
      (name) => Number(tag.value(name) ?? 1) > 1,
    );
    if (spans && !isCovered) this.table.notes.noteMerged(cellName(this.column, this.row + 1));
  }

  private closeCell({ value: written, repeated: count }: OpenCell): void {
    this.cell = null;
    const { column, table } = this;
    this.column += count;
    const value = written === undefined ? textJson(this.content.value) : written;
    if (value === null) return;
    if (this.column > MAX_COLUMNS)
      refuseFile('broken_spreadsheet', `Row ${this.row + 1} has cells beyond the last column of a sheet.`);
    if (value === 'error') table.notes.note('error', column, this.row + 1);
    else for (let at = column; at < this.column; at++) this.values.push({ column: at, json: value });
  }

  private closeRow(): void {
    const { table, values } = this;
    const first = this.row + 1;
    this.row += this.rowRepeated;
    if (values.length === 0) return;
    if (this.row > MAX_ROWS) refuseFile('broken_spreadsheet', 'The sheet has cells beyond the last row of a sheet.');
    for (let row = first; row <= this.row; row++) {
      if (this.isRowHidden) table.notes.noteHiddenRow(row);
      table.openRow(row);
      for (const { column, json } of values) if (table.takes(column)) table.put(column, json);
      table.closeRow();
    }
  }
}

function repeated(tag: XmlTag, name: string): number {
  const count = Number(tag.value(name) ?? 1);
  return Number.isSafeInteger(count) && count > 0 ? count : 1;
}

function isHidden(tag: XmlTag): boolean {
  return /^(collapse|filter)$/.test(tag.value('table:visibility') ?? '');
}
