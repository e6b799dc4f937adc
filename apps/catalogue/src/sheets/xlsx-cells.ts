import { refuseFile } from '../sources/file-refused';
import { columnOf, MAX_COLUMNS } from './cell-address';
import type { DateKind } from './date-format';
import { PlainCell } from './plain-cell';
import { serialText } from './serial-date';
import type { SheetTable } from './sheet-table';
import type { XlsxWorkbook } from './xlsx-workbook';
import type { XmlSink } from './xml-scanner';
import type { XmlTag } from './xml-tag';
import { unescapeText } from './xml-text';

/** Numbers that may stand in JSON as they are. */
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** Puts the cells of a sheet of Office Open XML into a table (ECMA-376 part 1, 18.3.1). */
export class XlsxCells implements XmlSink {
  wantsText = false;
  private readonly plain = new PlainCell();
  private row = 0;
  private column = -1;
  private isRowHidden = false;
  private isInData = false;
  private isInCell = false;
  private type = '';
  private style = '';
  private value = '';
  private hasFormula = false;
  private phonetic = 0;

  constructor(
    private readonly table: SheetTable,
    private readonly workbook: Pick<XlsxWorkbook, 'is1904' | 'dateKinds'>,
  ) {}

  open(name: string, tag: XmlTag): void {
    if (!this.isInData) this.openBeside(name, tag);
    else if (name === 'c') this.openCell(tag);
    else if (name === 'v') this.wantsText = this.isInCell;
    else if (name === 'row') this.openRow(tag);
    else if (name === 'f') this.hasFormula = true;
    else if (name === 't') this.wantsText = this.isInCell && this.phonetic === 0;
    else if (name === 'rPh') this.phonetic++;
  }

  close(name: string): void {
    if (name === 'v' || name === 't') this.wantsText = false;
    else if (name === 'c') this.closeCell();
    else if (name === 'row') this.table.closeRow();
    else if (name === 'rPh') this.phonetic--;
    else if (name === 'sheetData') this.isInData = false;
  }

  text(text: string): void {
    this.value = this.value === '' ? text : this.value + text;
  }

  /** Takes the cells that are written as most are. */
  skim(bytes: Uint8Array, begin: number): number {
    const { plain, table } = this;
    if (!this.isInData || this.isInCell) return begin;
    plain.lookAt(bytes);
    let at = begin;
    for (let end = plain.read(at); end !== -1; end = plain.read(at)) {
      const { column, type, style } = plain;
      if (column >= MAX_COLUMNS || column <= this.column) break;
      at = end;
      this.column = column;
      if (!table.takes(column)) continue;
      if (type === 's') {
        this.noteHidden();
        table.putText(column, plain.index);
      } else if (type === '' && plain.isNumber && table.isBegun && !this.dateKindOf(style)) {
        this.noteHidden();
        table.putBytes(column, bytes, plain.from, plain.to);
      } else this.putValue(column, type, style, plain.text);
    }
    return at;
  }

  private openBeside(name: string, tag: XmlTag): void {
    const { notes } = this.table;
    if (name === 'sheetData') this.isInData = true;
    else if (name === 'mergeCell') notes.noteMerged(tag.value('ref') ?? '');
    else if (name === 'col' && isTrue(tag.value('hidden')))
      notes.noteHiddenColumns(Number(tag.value('min')) - 1, Number(tag.value('max')) - 1);
  }

  private openRow(tag: XmlTag): void {
    const written = tag.value('r');
    this.row = written === undefined ? this.row + 1 : Number(written);
    if (!Number.isInteger(this.row)) refuseFile('broken_spreadsheet', 'A row of the sheet has no number.');
    this.table.openRow(this.row);
    this.column = -1;
    this.isRowHidden = isTrue(tag.value('hidden'));
  }

  private openCell(tag: XmlTag): void {
    const address = tag.value('r');
    const column = address === undefined ? this.column + 1 : columnOf(address);
    if (column < 0 || column >= MAX_COLUMNS || column <= this.column) {
      const detail = `A cell of row ${this.row} stands at a place where it cannot be.`;
      refuseFile('broken_spreadsheet', detail, { line: this.row });
    }
    this.column = column;
    this.type = tag.value('t') ?? '';
    this.style = tag.value('s') ?? '';
    this.value = '';
    this.hasFormula = false;
    this.isInCell = this.table.takes(column);
  }

  private closeCell(): void {
    if (!this.isInCell) return;
    this.isInCell = false;
    const { table, column, row, value, type, style } = this;
    if (value !== '') this.putValue(column, type, style === '' ? -1 : Number(style), value);
    else if (this.hasFormula && type !== 'str') table.notes.note('uncalculated', column, row);
  }

  private putValue(column: number, type: string, style: number, value: string): void {
    const { table, row } = this;
    this.noteHidden();
    if (type === '' || type === 'n') this.putNumber(column, style, value);
    else if (type === 's') table.putText(column, Number(value));
    else if (type === 'b') table.put(column, value === '1' || value === 'true' ? 'true' : 'false');
    else if (type === 'e') table.notes.note('error', column, row);
    else if (type === 'd') table.put(column, JSON.stringify(value));
    else table.put(column, JSON.stringify(unescapeText(value)));
  }

  private putNumber(column: number, style: number, value: string): void {
    const { table, workbook } = this;
    const kind = this.dateKindOf(style);
    if (!kind) {
      table.put(column, NUMBER.test(value) ? value : numberOf(value));
      return;
    }
    const text = serialText(Number(value), kind, workbook.is1904);
    if (text === null) table.notes.note('impossibleDate', column, this.row);
    else table.put(column, `"${text}"`);
  }

  private dateKindOf(style: number): DateKind | null {
    // To look for an element below 0 takes longer than the rest of a cell.
    return style < 0 ? null : (this.workbook.dateKinds[style] ?? null);
  }

  /** Notes a hidden row once, at its first value. */
  private noteHidden(): void {
    if (!this.isRowHidden) return;
    this.table.notes.noteHiddenRow(this.row);
    this.isRowHidden = false;
  }
}

function isTrue(value: string | undefined): boolean {
  return value === '1' || value === 'true';
}

/** A number that is written in another way than JSON's: its value, or what stands there as a text. */
function numberOf(value: string): string {
  const number = value.trim() === '' ? Number.NaN : Number(value);
  return Number.isFinite(number) ? JSON.stringify(number) : JSON.stringify(value);
}
