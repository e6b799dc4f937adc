import type { Field } from '@sluice/contracts/fields';
import { CountedLookups } from '@sluice/runtime/counted-lookups';
import { requestScope } from '@sluice/runtime/request-scope';
import { LRUCache } from 'lru-cache';
import type { Engine } from '../engine/engine';
import { endOf, type VersionTable } from '../tables/version-table';
import { buildColumn } from './build-column';
import { bytesOf, type SortedColumn } from './sorted-column';

/** A field is worth the work when it is asked for once more. */
const USES = 2;
const MAX_REMEMBERED_USES = 10_000;
const BYTES_PER_ROW = 8;
const BYTES_PER_VALUE = 12;
/** The part of all memory that the columns of one table may take: whoever asks for all its fields leaves some to others. */
const MAX_SHARE = 0.75;
/** One that failed is tried again after so many uses. */
const RETRY_USES = 1_000;
const BUILD_LIMIT_MS = 60_000;
/** So long the next one waits after a million rows, about three times what they take: who asks for field after field gets a part. */
const REST_MS_PER_MILLION = 3_000;
/** A column is made anew when so many rows, and such a part of all, have come behind those that it covers. */
const MIN_GROWTH_ROWS = 10_000;
const MIN_GROWTH = 0.1;
const lookups = new CountedLookups(
  'sluice_sorted_columns_total',
  'Fields whose values in order were at hand when sorted, filtered or grouped by, or not',
);

/**
 * Keeps fields' values in order, made in the background when a field is asked for the second time: until then the
 * engine answers. Bounded in bytes, the least recently used goes; one is made at a time.
 */
export class SortedColumns {
  private readonly columns: LRUCache<string, SortedColumn>;
  private readonly uses = new LRUCache<string, number>({ max: MAX_REMEMBERED_USES });
  private isBuilding = false;
  private restsUntilMs = 0;

  constructor(
    private readonly reads: Engine,
    private readonly maxBytes: number,
  ) {
    this.columns = new LRUCache({ maxSize: maxBytes, sizeCalculation: bytesOf });
  }

  /** Finds a field's column, which may not cover the last rows, or more than the table has. Null when there is none yet. */
  find(table: VersionTable, field: Field): SortedColumn | null {
    const name = `${table.id} ${field.name}`;
    const column = this.columns.get(name);
    const behind = endOf(table) - (column?.covered ?? 0);
    const isOld = behind > Math.max(MIN_GROWTH_ROWS, endOf(table) * MIN_GROWTH);
    if (!column || isOld) this.buildWhenWorthIt(name, table, field);
    lookups.count(column !== undefined);
    return column ?? null;
  }

  private buildWhenWorthIt(name: string, table: VersionTable, field: Field): void {
    const uses = (this.uses.get(name) ?? 0) + 1;
    this.uses.set(name, uses);
    if (uses < USES || this.isBuilding || performance.now() < this.restsUntilMs) return;
    const bytes = endOf(table) * BYTES_PER_ROW + (field.distinct ?? 0) * BYTES_PER_VALUE;
    if (field.type === 'json' || bytes > this.maxBytes * MAX_SHARE) return;
    this.isBuilding = true;
    const limits = { lane: 'scan', of: table.id, timeoutMs: BUILD_LIMIT_MS } as const;
    // Its turn comes beside those of the caller, who goes on asking.
    requestScope
      .exit(() => buildColumn(this.reads, table, field, this.maxBytes * MAX_SHARE - bytes, limits))
      .then((column) => this.keep(table, name, column))
      // The engine goes on answering. What failed for its values would fail again: it is long until it has uses enough.
      .catch(() => this.uses.set(name, -RETRY_USES))
      .finally(() => {
        this.isBuilding = false;
        this.restsUntilMs = performance.now() + (endOf(table) / 1e6) * REST_MS_PER_MILLION;
      });
  }

  /** The table's own columns make room, the least recently used first. */
  private keep(table: VersionTable, name: string, column: SortedColumn): void {
    const prefix = `${table.id} `;
    const others = [...this.columns.rkeys()].filter((each) => each.startsWith(prefix) && each !== name);
    const bytes = (each: string) => bytesOf(this.columns.peek(each) ?? column);
    let sum = others.reduce((total, each) => total + bytes(each), bytesOf(column));
    for (const each of others) {
      if (sum <= this.maxBytes * MAX_SHARE) break;
      sum -= bytes(each);
      this.columns.delete(each);
    }
    this.columns.set(name, column);
  }
}
