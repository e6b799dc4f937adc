import { endOf, type VersionTable } from '../tables/version-table';
import type { SortedColumn } from './sorted-column';
import type { SortedColumns } from './sorted-columns';

/** The columns that one request asks for. */
export class AskedColumns {
  /** Rows that every column knows. */
  covered = Number.POSITIVE_INFINITY;
  /** No column knows rows that the table does not have. */
  isExact = true;

  /** Every column knows just the rows of the table. */
  get areExact(): boolean {
    return this.isExact && this.covered >= endOf(this.table);
  }

  constructor(
    private readonly table: VersionTable,
    private readonly columns: SortedColumns,
  ) {}

  column(name: string): SortedColumn | null {
    const field = this.table.fields.find((each) => each.name === name);
    const column = field ? this.columns.find(this.table, field) : null;
    if (!column) return null;
    this.covered = Math.min(this.covered, column.covered);
    this.isExact &&= column.covered <= endOf(this.table);
    return column;
  }
}
