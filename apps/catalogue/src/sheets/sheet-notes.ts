import type { ImportWarning } from '@sluice/contracts/catalogue/reading';
import { type CellRange, cellName, columnName } from './cell-address';

/** What a cell can be that has no value of its own. */
type Oddity = 'error' | 'uncalculated' | 'impossibleDate';

const oddities: Record<Oddity, { code: string; detail(count: string): string }> = {
  error: { code: 'cell_errors', detail: (cells) => `${cells} an error such as #N/A, which became null.` },
  uncalculated: {
    code: 'formulas_without_values',
    detail: (cells) =>
      `${cells} a formula whose value was never calculated; it became null. Save the file in a spreadsheet program.`,
  },
  impossibleDate: {
    code: 'out_of_range',
    detail: (cells) => `${cells} a date that is no day of the calendar; it became null.`,
  },
};

interface Tally {
  count: number;
  first: string;
}

/** Gathers what is to be told about the cells of a sheet. */
export class SheetNotes {
  private readonly odd = new Map<Oddity, Tally>();
  private readonly merged: string[] = [];
  private mergedCount = 0;
  private readonly hiddenColumns: [first: number, last: number][] = [];
  private readonly hiddenRows: Tally = { count: 0, first: '' };

  note(oddity: Oddity, column: number, row: number): void {
    const tally = this.odd.get(oddity);
    if (tally) tally.count++;
    else this.odd.set(oddity, { count: 1, first: cellName(column, row) });
  }

  noteMerged(address: string): void {
    if (this.mergedCount++ === 0) this.merged.push(address);
  }

  noteHiddenColumns(first: number, last: number): void {
    if (this.hiddenColumns.length < 1_000) this.hiddenColumns.push([first, last]);
  }

  noteHiddenRow(row: number): void {
    if (this.hiddenRows.count++ === 0) this.hiddenRows.first = String(row);
  }

  /** Words the notes for a table that covers these cells. */
  warnings({ firstColumn, lastColumn }: CellRange): ImportWarning[] {
    const warnings: ImportWarning[] = [];
    for (const [oddity, { count, first: cell }] of this.odd) {
      const { code, detail } = oddities[oddity];
      warnings.push({ code, detail: detail(count === 1 ? '1 cell holds' : `${count} cells hold`), cell, count });
    }
    const [cell] = this.merged;
    if (cell !== undefined) {
      const detail = `${this.mergedCount} ranges of cells are merged: only the first cell of each has the value.`;
      warnings.push({ code: 'merged_cells', detail, cell, count: this.mergedCount });
    }
    const { count, first } = this.hiddenRows;
    if (count > 0) {
      const detail = `${count} rows are hidden in the sheet; they were read like the others.`;
      warnings.push({ code: 'hidden_rows', detail, line: Number(first), count });
    }
    const columns = this.hiddenColumns
      .map(([from, to]) => [Math.max(from, firstColumn), Math.min(to, lastColumn)] as const)
      .filter(([from, to]) => from <= to);
    if (columns.length > 0) {
      const names = columns
        .slice(0, 20)
        .map(([from, to]) => (from === to ? columnName(from) : `${columnName(from)}:${columnName(to)}`));
      const hidden = columns.reduce((sum, [from, to]) => sum + to - from + 1, 0);
      const detail = `${hidden} columns are hidden in the sheet (${names.join(', ')}); they were read like the others.`;
      warnings.push({ code: 'hidden_columns', detail, cell: names[0], count: hidden });
    }
    return warnings;
  }
}
