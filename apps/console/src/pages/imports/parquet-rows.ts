import { gunzipSync } from 'fflate';
import { decompress } from 'fzstd';
import {
  type AsyncBuffer,
  type Compressors,
  type FileMetaData,
  parquetMetadataAsync,
  parquetReadObjects,
  parquetSchema,
} from 'hyparquet';
import type { FirstRows } from './first-rows';

/** So much of a file is read at most: its end, which describes it, and the beginnings of its columns. */
const MAX_BYTES = 16 * 1024 * 1024;
const MAX_OF_COLUMN = 1024 * 1024;
/** A page that says that it has more is not unpacked: a small one may say so. */
const MAX_OF_PAGE = 16 * 1024 * 1024;
const compressors: Compressors = {
  ZSTD: (page, bytes) => decompress(page, roomFor(bytes)),
  GZIP: (page, bytes) => gunzipSync(page, { out: roomFor(bytes) }),
};
/** Pages that are packed otherwise are unpacked by the server. */
const readable = ['UNCOMPRESSED', 'SNAPPY', ...Object.keys(compressors)];
/** Stands where a value is not shown. */
const UNSEEN = '…';

/** Reads the columns of a Parquet file and its first rows, as far as they can be read here. Throws for a file that is none. */
export async function parquetRows(source: File, count: number): Promise<FirstRows> {
  const metadata = await parquetMetadataAsync(partsOf(source, MAX_BYTES));
  const names = parquetSchema(metadata).children.map(({ element }) => element.name);
  const packing = packingOf(metadata);
  if (packing !== null) {
    return { names, rows: [], told: `Its rows are packed with ${packing}: they are shown once the file is uploaded.` };
  }
  const file = partsOf(source, Math.min(MAX_OF_COLUMN, Math.floor(MAX_BYTES / names.length)));
  const rowEnd = Math.min(count, Number(metadata.num_rows));
  const rows: Record<string, unknown>[] = Array.from({ length: rowEnd }, () => ({}));
  const unseen: string[] = [];
  for (const name of names) {
    const cells = await columnOf(file, metadata, name, rowEnd);
    if (!cells) unseen.push(name);
    for (const [at, row] of rows.entries()) row[name] = cells ? shown(cells[at]?.[name]) : UNSEEN;
  }
  const told = unseen.length > 0 ? `Not shown here, because they are too large: ${unseen.join(', ')}.` : undefined;
  return { names, rows, told };
}

/** Null where the first values are further in than is read. */
async function columnOf(file: AsyncBuffer, metadata: FileMetaData, name: string, rowEnd: number) {
  try {
    return await parquetReadObjects({ file, metadata, columns: [name], rowEnd, compressors });
  } catch {
    return null;
  }
}

function roomFor(bytes: number): Uint8Array {
  if (bytes > MAX_OF_PAGE) throw new RangeError(`a page of ${bytes} bytes`);
  return new Uint8Array(bytes);
}

/** The file in parts of at most so many bytes: what is behind them is not read. */
function partsOf(source: File, maxBytes: number): AsyncBuffer {
  return {
    byteLength: source.size,
    slice: (start, end = source.size) => source.slice(start, Math.min(end, start + maxBytes)).arrayBuffer(),
  };
}

function packingOf({ row_groups: [first] }: FileMetaData): string | null {
  const packings = first?.columns.map(({ meta_data }) => meta_data?.codec ?? 'UNCOMPRESSED') ?? [];
  return packings.find((packing) => !readable.includes(packing)) ?? null;
}

/** A value as text where JSON has no word for it. */
function shown(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return UNSEEN;
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null) return value;
  return JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'bigint' ? String(inner) : inner));
}
