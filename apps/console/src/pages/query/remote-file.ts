import { Table, tableToIPC, type Vector } from 'apache-arrow';
import { type AsyncBuffer, asyncBufferFromUrl, parquetMetadataAsync, parquetRead } from 'hyparquet';
import { vectorOf } from './arrow-vector';
import { describeFile, type ParquetFile } from './parquet-columns';

/** The end of a file, which describes it, has less in most files. */
const END_BYTES = 64 * 1024;
/** A browser tab holds so many values at ease. */
const MAX_VALUES = 20_000_000;

/** What was fetched of a file, of how much. */
export interface Fetched {
  bytes: number;
  ofBytes: number;
  ranges: number;
}

/** A Parquet file behind a link, of which the columns are fetched that are asked for, each once. */
export class RemoteFile {
  readonly fetched: Fetched;
  private readonly vectors = new Map<string, Vector>();

  private constructor(
    private readonly buffer: AsyncBuffer,
    readonly file: ParquetFile,
    fetched: Fetched,
  ) {
    this.fetched = fetched;
  }

  static async open(url: string): Promise<RemoteFile> {
    const remote = await asyncBufferFromUrl({ url });
    const fetched = { bytes: 0, ofBytes: remote.byteLength, ranges: 0 };
    const buffer: AsyncBuffer = {
      byteLength: remote.byteLength,
      slice: async (start, end) => {
        const bytes = await remote.slice(start, end);
        fetched.bytes += bytes.byteLength;
        fetched.ranges += 1;
        return bytes;
      },
    };
    return new RemoteFile(
      buffer,
      describeFile(await parquetMetadataAsync(buffer, { initialFetchSize: END_BYTES })),
      fetched,
    );
  }

  /** Gives columns as a stream of Arrow (IPC), of all rows or the first ones. */
  async columns(names: readonly string[], rows: number | null): Promise<Uint8Array> {
    const count = Math.min(rows ?? this.file.rows, this.file.rows);
    const missing = names.filter((name) => rows !== null || !this.vectors.has(name));
    if (missing.length * count > MAX_VALUES) {
      const words = `${(missing.length * count).toLocaleString('en')} values`;
      throw new Error(
        `This would bring ${words} into the browser: name fewer columns, or use the API’s own _group and filters`,
      );
    }
    const vectors = rows === null ? this.vectors : new Map<string, Vector>();
    for (const name of missing) vectors.set(name, await this.column(name, count));
    const chosen = Object.fromEntries(
      names.flatMap((name) => {
        const vector = vectors.get(name);
        return vector ? [[name, vector]] : [];
      }),
    );
    return tableToIPC(new Table(chosen), 'stream');
  }

  private async column(name: string, rowEnd: number): Promise<Vector> {
    const column = this.file.columns.find((each) => each.name === name);
    if (!column) throw new Error(`The file has no column ${name}`);
    const { metadata } = this.file;
    const values: unknown[] = new Array(rowEnd).fill(null);
    const onChunk = ({ columnData, rowStart }: { columnData: ArrayLike<unknown>; rowStart: number }) => {
      const end = Math.min(rowEnd, rowStart + columnData.length);
      for (let row = rowStart; row < end; row++) values[row] = columnData[row - rowStart];
    };
    if (rowEnd > 0) await parquetRead({ file: this.buffer, metadata, columns: [name], rowEnd, onChunk });
    return vectorOf(column.arrow, values);
  }
}
