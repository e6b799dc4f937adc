import { createHash } from 'node:crypto';
import type { Field, FieldType } from '@sluice/contracts/fields';
import { countWhile } from '@sluice/runtime/count-while';
import { CountedLookups } from '@sluice/runtime/counted-lookups';
import { LRUCache } from 'lru-cache';
import type { Engine } from '../engine/engine';
import { quoted } from '../engine/sql';
import { readVector } from '../engine/vector-bytes';
import { allRows, endOf, ROW, type VersionTable } from '../tables/version-table';

/** SQL that makes 64-bit keys of a field's values: integers are their own, texts have a hash, so those must be checked. */
const keys: Partial<Record<FieldType, { sql: (column: string) => string; of: (value: string) => bigint }>> = {
  integer: { sql: (column) => column, of: BigInt },
  text: {
    sql: (column) => `(md5_number_lower(${column})::HUGEINT - 9223372036854775808)::BIGINT`,
    // DuckDB's md5_number_lower: the last eight bytes of the digest, as they stand in memory; moved to be signed.
    of: (value) => createHash('md5').update(value).digest().readBigUInt64LE(8) - 2n ** 63n,
  },
};

/** A field with fewer different values is not worth an index: a scan finds many rows anyway. */
const MAX_ROWS_PER_VALUE = 20;
/** More rows under one value are read by a scan. */
const MAX_MATCHES = 1_000;
const BYTES_PER_ROW = 12;

const lookups = new CountedLookups(
  'sluice_key_indexes_total',
  'Rows that were looked up by a value for which an index was at hand, or not',
);

/** Sorted keys, and the position of the row of each, of the first `covered` rows of a table. */
interface Index {
  keys: BigInt64Array;
  rows: Uint32Array;
  covered: number;
}

/** The positions that may have a value, ascending, replaced rows among them; any from `covered` on may have it too. */
export interface KeyMatches {
  positions: number[];
  covered: number;
}

/** An index is made anew when so many rows, and such a part of all, have come behind those that it covers. */
const MIN_GROWTH_ROWS = 10_000;
const MIN_GROWTH = 0.1;

/**
 * Positions of rows by the value of a field that is unique or nearly so, made in the background when a value is first
 * asked for: until it is there, a scan answers. Bounded in bytes, the least recently used goes.
 */
export class KeyIndexes {
  private readonly indexes: LRUCache<string, Index>;
  private readonly building = new Set<string>();

  constructor(
    private readonly reads: Engine,
    private readonly maxBytes: number,
  ) {
    this.indexes = new LRUCache({
      maxSize: maxBytes,
      sizeCalculation: ({ rows }) => rows.length * BYTES_PER_ROW + 200,
    });
  }

  /**
   * Finds the rows where the field may have the value: all that do, and for texts in theory one more. Null when there is no index to
   * tell.
   */
  find(table: VersionTable, field: Field, value: string): KeyMatches | null {
    const key = keys[field.type];
    if (!key || !this.isFor(table, field)) return null;
    const name = `${table.id} ${field.name}`;
    const index = this.indexes.get(name);
    const behind = endOf(table) - (index?.covered ?? 0);
    const isOld = behind > Math.max(MIN_GROWTH_ROWS, endOf(table) * MIN_GROWTH);
    if ((!index || isOld) && !this.building.has(name)) {
      this.build(name, table, key.sql(quoted(field.name)), quoted(field.name));
    }
    lookups.count(index !== undefined);
    return index ? matches(index, key.of(value), endOf(table)) : null;
  }

  /** Tells whether a field is one that rows are looked up by. */
  isFor(table: VersionTable, { type, distinct }: Field): boolean {
    const rows = endOf(table);
    const fits = keys[type] !== undefined && rows * BYTES_PER_ROW <= this.maxBytes;
    return fits && distinct !== null && distinct * MAX_ROWS_PER_VALUE >= rows;
  }

  private build(name: string, table: VersionTable, keySql: string, column: string): void {
    this.building.add(name);
    const covered = endOf(table);
    const sorted = new BigInt64Array(covered);
    const rows = new Uint32Array(covered);
    const [sortedBytes, rowBytes] = [new Uint8Array(sorted.buffer), new Uint8Array(rows.buffer)];
    let count = 0;
    this.reads
      .eachChunk(
        `SELECT ${keySql} AS key, ${ROW}::UINTEGER AS at FROM ${allRows(table)}
         WHERE ${column} IS NOT NULL ORDER BY key, ${ROW}`,
        (chunk) => {
          // Value by value, this would hold up every answer for a good part of a second.
          sortedBytes.set(readVector(chunk, 0, sorted.BYTES_PER_ELEMENT), count * sorted.BYTES_PER_ELEMENT);
          rowBytes.set(readVector(chunk, 1, rows.BYTES_PER_ELEMENT), count * rows.BYTES_PER_ELEMENT);
          count += chunk.rowCount;
        },
      )
      .then(() => {
        this.indexes.set(name, { keys: sorted.slice(0, count), rows: rows.slice(0, count), covered });
      })
      // A scan goes on answering, and the next question tries again.
      .catch(() => {})
      .finally(() => this.building.delete(name));
  }
}

function matches({ keys: sorted, rows, covered }: Index, key: bigint, rowCount: number): KeyMatches | null {
  const low = countWhile(sorted.length, (index) => (sorted[index] ?? 0n) < key);
  const positions: number[] = [];
  for (let at = low; at < sorted.length && sorted[at] === key; at++) {
    const row = rows[at] ?? 0;
    // An earlier snapshot does not have the last rows.
    if (row < rowCount) positions.push(row);
  }
  return positions.length > MAX_MATCHES ? null : { positions, covered };
}
