import { setImmediate } from 'node:timers/promises';
import { DuckDBBlobValue, type DuckDBValue } from '@duckdb/node-api';
import type { Field } from '@sluice/contracts/fields';
import type { Engine, QueryLimits } from '../engine/engine';
import { quoted } from '../engine/sql';
import { readVector } from '../engine/vector-bytes';
import { allRows, endOf, ROW, type VersionTable } from '../tables/version-table';
import type { SortedColumn } from './sorted-column';
import { SortedNumbers, SortedTexts, type SortedValues } from './sorted-values';
import { valueKeys } from './value-keys';

/** Rows that are written in one go: others are served in between. */
const SLICE_ROWS = 200_000;
const FIRST_ROOM = 1_024;
/** The rank of a row that has none yet. */
const MISSING = 0xffffffff;

/** A column would take more memory than there is for it. */
class TooLarge extends Error {}

/** Reads a field's values in order; fails where they have no 64-bit keys, or take more than `maxBytes` as texts. */
export async function buildColumn(
  reads: Engine,
  table: VersionTable,
  field: Field,
  maxBytes: number,
  limits: QueryLimits,
): Promise<SortedColumn> {
  if (field.type === 'text') return await buildTextColumn(reads, table, field, maxBytes, limits);
  const key = valueKeys[field.type];
  // A zero has one key, whatever its sign.
  const sql = key ? key.sql(quoted(field.name)) : `${quoted(field.name)} + 0.0::DOUBLE`;
  const writer = new ColumnWriter(endOf(table), field.distinct);
  await writer.read(reads, `SELECT ${sql} AS key, ${ROW} FROM ${allRows(table)}`, limits);
  const bytes = writer.keys();
  const values = key
    ? new SortedNumbers<bigint>(new BigInt64Array(bytes), (text) => key.read(text, field))
    : new SortedNumbers<number>(new Float64Array(bytes), readNumber);
  return await writer.column(values);
}

/** Texts are replaced by their places among the different ones before the rows are sorted. */
async function buildTextColumn(
  reads: Engine,
  table: VersionTable,
  { name, distinct }: Field,
  maxBytes: number,
  limits: QueryLimits,
): Promise<SortedColumn> {
  const column = quoted(name);
  const different = `SELECT DISTINCT ${column} AS value FROM ${allRows(table)} WHERE ${column} IS NOT NULL`;
  const texts = new TextWriter(maxBytes);
  // As bytes: the driver takes a byte order mark at the beginning of a text for none of it.
  const bytes = `SELECT encode(value) FROM (${different}) ORDER BY value`;
  await reads.eachChunk(bytes, (chunk) => texts.add(chunk.getColumnValues(0)), limits);
  const placed = `SELECT value, (row_number() OVER (ORDER BY value))::BIGINT AS key FROM (${different})`;
  const writer = new ColumnWriter(endOf(table), distinct);
  await writer.read(reads, `SELECT key, ${ROW} FROM ${allRows(table)} JOIN (${placed}) ON ${column} = value`, limits);
  return await writer.column(texts.sorted());
}

function readNumber(text: string): number | null {
  const number = Number(text);
  return text.trim() === '' || Number.isNaN(number) ? null : number;
}

/** Writes the arrays of a column from the keys of its rows, which come in order. */
class ColumnWriter {
  /** Two for each key, as they stand in memory: only whether keys are equal is asked. */
  private words: Uint32Array<ArrayBuffer>;
  private starts: Uint32Array<ArrayBuffer>;
  private readonly ranks: Uint32Array;
  private readonly order: Uint32Array;
  private different = 0;
  private count = 0;

  /** `distinct` is how many different keys there will be, as far as that is known. */
  constructor(
    private readonly end: number,
    distinct: number | null,
  ) {
    const room = Math.min(end, distinct ?? FIRST_ROOM) + 1;
    this.words = new Uint32Array(2 * room);
    this.starts = new Uint32Array(room);
    this.ranks = new Uint32Array(end).fill(MISSING);
    this.order = new Uint32Array(end);
  }

  async read(reads: Engine, rows: string, limits: QueryLimits): Promise<void> {
    await reads.eachChunk(
      `SELECT key, ${ROW}::UINTEGER FROM (${rows}) WHERE key IS NOT NULL ORDER BY key, ${ROW}`,
      (chunk) => {
        const words = new Uint32Array(readVector(chunk, 0, 8).slice().buffer);
        const positions = new Uint32Array(readVector(chunk, 1, 4).slice().buffer);
        positions.forEach((position, index) => {
          this.add(words[2 * index] as number, words[2 * index + 1] as number, position);
        });
      },
      limits,
    );
  }

  /** The different keys in order, 8 bytes each. */
  keys(): ArrayBuffer {
    return this.words.slice(0, 2 * this.different).buffer;
  }

  /** The rows without a key come last. */
  async column(values: SortedValues): Promise<SortedColumn> {
    const { ranks, order, end, different } = this;
    const starts = new Uint32Array(different + 2);
    starts.set(this.starts.subarray(0, different));
    starts[different] = this.count;
    starts[different + 1] = end;
    for (let from = 0; from < end; from += SLICE_ROWS) {
      for (let position = from; position < Math.min(end, from + SLICE_ROWS); position++) {
        if (ranks[position] !== MISSING) continue;
        ranks[position] = different;
        order[this.count++] = position;
      }
      await setImmediate();
    }
    return { values, ranks, order, starts, covered: end };
  }

  private add(low: number, high: number, position: number): void {
    const last = 2 * (this.different - 1);
    if (last < 0 || this.words[last] !== low || this.words[last + 1] !== high) this.begin(low, high);
    this.ranks[position] = this.different - 1;
    this.order[this.count++] = position;
  }

  private begin(low: number, high: number): void {
    const rank = this.different++;
    if (rank === this.starts.length) {
      this.starts = withRoom(this.starts, 2 * rank);
      this.words = withRoom(this.words, 4 * rank);
    }
    this.starts[rank] = this.count;
    this.words[2 * rank] = low;
    this.words[2 * rank + 1] = high;
  }
}

/** Writes texts one behind the other. */
class TextWriter {
  private utf8 = Buffer.alloc(FIRST_ROOM);
  private ends = new Uint32Array(FIRST_ROOM);
  private count = 0;
  private length = 0;

  constructor(private readonly maxBytes: number) {}

  add(texts: readonly DuckDBValue[]): void {
    for (const text of texts) {
      if (!(text instanceof DuckDBBlobValue)) throw new TypeError('a text that is no bytes');
      const bytes = Buffer.from(text.bytes);
      if (this.length + bytes.length > this.maxBytes) throw new TooLarge();
      while (this.length + bytes.length > this.utf8.length)
        this.utf8 = Buffer.concat([this.utf8], 2 * this.utf8.length);
      if (this.count === this.ends.length) this.ends = withRoom(this.ends, 2 * this.count);
      this.length += bytes.copy(this.utf8, this.length);
      this.ends[this.count++] = this.length;
    }
  }

  sorted(): SortedTexts {
    return new SortedTexts(Buffer.from(this.utf8.subarray(0, this.length)), this.ends.slice(0, this.count));
  }
}

function withRoom(numbers: Uint32Array, length: number): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(length);
  larger.set(numbers);
  return larger;
}
