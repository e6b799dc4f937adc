import type { Engine, QueryLimits } from '../engine/engine';
import { literal } from '../engine/sql';
import { refuseFile } from '../sources/file-refused';
import { MAX_DECIMAL_DIGITS } from './column-plan';

/** A column as the file itself names it: DuckDB renames those that differ by their case only. */
export interface ParquetColumn {
  label: string;
  /** Times in it are told in nanoseconds, at any depth. */
  hasNanoseconds: boolean;
}

/** An element of a schema, which is a tree that is written depth first. */
interface Element {
  name: string;
  children: number;
  precision: number;
  logicalType: string;
}

/** Packings that DuckDB reads; the names are those of the Parquet format. */
const CODECS = ['UNCOMPRESSED', 'SNAPPY', 'GZIP', 'ZSTD', 'BROTLI', 'LZ4_RAW'];

/** Reads the columns of a file, before any row. Refuses decimals of more digits than DuckDB can hold: it would make doubles of them. */
export async function readParquetSchema(engine: Engine, path: string, limits: QueryLimits): Promise<ParquetColumn[]> {
  const rows = await engine.query(
    `SELECT name, coalesce(num_children, 0), coalesce(precision, 0), coalesce(logical_type, converted_type, '')
     FROM parquet_schema(${literal(path)}) ORDER BY column_id`,
    [],
    limits,
  );
  const [, ...elements] = rows.map(([name, children, precision, logicalType]): Element => {
    return {
      name: String(name),
      children: Number(children),
      precision: Number(precision),
      logicalType: String(logicalType),
    };
  });
  const columns: ParquetColumn[] = [];
  for (let at = 0; at < elements.length; ) {
    const end = endOf(elements, at);
    const own = elements.slice(at, end);
    const label = elements[at]?.name ?? '';
    refuseLongDecimals(label, own);
    columns.push({ label, hasNanoseconds: own.some(({ logicalType }) => logicalType.includes('NanoSeconds()')) });
    at = end;
  }
  return columns;
}

/** Refuses by its name how the file is packed, where DuckDB cannot read that. */
export async function refuseUnknownPacking(engine: Engine, path: string, limits: QueryLimits): Promise<void> {
  const known = CODECS.map(literal).join(', ');
  const [row] = await engine.query(
    `SELECT compression FROM parquet_metadata(${literal(path)}) WHERE upper(compression) NOT IN (${known}) LIMIT 1`,
    [],
    limits,
  );
  if (!row) return;
  const codec = String(row[0]).slice(0, 40);
  const name = codec === 'LZ4' ? 'LZ4 as Hadoop has it (codec LZ4)' : codec;
  refuseFile(
    'unknown_packing',
    `The file is packed with ${name}, which is not read. Write it with LZ4_RAW, Snappy or zstd.`,
  );
}

/** The index behind the element that begins here, with all that belongs to it. */
function endOf(elements: readonly Element[], begin: number): number {
  let end = begin;
  for (let open = 1; open > 0 && end < elements.length; end++) open += (elements[end]?.children ?? 0) - 1;
  return end;
}

function refuseLongDecimals(label: string, elements: readonly Element[]): void {
  const long = elements.find(({ precision }) => precision > MAX_DECIMAL_DIGITS);
  if (!long) return;
  const inside = long.name === label ? '' : ` (${JSON.stringify(long.name.slice(0, 100))} in it)`;
  refuseFile(
    'decimal_too_long',
    `Field ${JSON.stringify(label.slice(0, 100))}${inside} is a decimal of ${long.precision} digits; at most ${MAX_DECIMAL_DIGITS} are read exactly. Write it with fewer, or as text.`,
    { name: label },
  );
}
