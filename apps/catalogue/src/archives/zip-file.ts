import { createReadStream } from 'node:fs';
import { pipeline, type Readable } from 'node:stream';
import { crc32, createInflateRaw } from 'node:zlib';
import { type Entry, openPromise, type ZipFile as Zip } from 'yauzl';
import { errorCode } from '../engine/engine-errors';
import { FileRefused, refuseFile } from '../sources/file-refused';

export interface ZipLimits {
  /** Of all that is unpacked of one file. */
  maxBytes: number;
}

/** A workbook with a picture for each row has fewer. */
const MAX_ENTRIES = 20_000;
/** What holds so many times its packed size, and is large, was made to be large; sheets hold up to a hundred times. */
const MAX_RATIO = 500;
const SMALL_BYTES = 256 * 1024 ** 2;

/** Bytes read and unpacked at a time: a sheet of 114 MB in pieces of 16 KiB waits for them as long as it is read. */
const PACKED_CHUNK_BYTES = 64 * 1024;
const CHUNK_BYTES = 128 * 1024;
const STORED = 0;
const DEFLATED = 8;

const BROKEN = 'The ZIP data of the file is damaged or cut short.';

/** Reads the entries of a ZIP file one at a time, in any order, and no more bytes of them than are allowed. */
export class ZipFile {
  private readonly entries = new Map<string, Entry>();
  private unpackedBytes = 0;

  private constructor(
    private readonly path: string,
    private readonly zip: Zip,
    private readonly limits: ZipLimits,
  ) {}

  static async open(path: string, limits: ZipLimits): Promise<ZipFile> {
    // Names stay bytes: nothing is ever written to a place that an entry names.
    const zip = await openPromise(path, { autoClose: false, decodeStrings: false }).catch(refuseBroken);
    const file = new ZipFile(path, zip, limits);
    try {
      if (zip.entryCount > MAX_ENTRIES)
        refuseFile('too_many_entries', `The file holds ${zip.entryCount} files; at most ${MAX_ENTRIES} are possible.`);
      for await (const entry of zip.eachEntry())
        file.entries.set(entry.fileNameRaw.toString().replaceAll('\\', '/'), entry);
    } catch (error) {
      zip.close();
      return refuseBroken(error);
    }
    return file;
  }

  get names(): string[] {
    return [...this.entries.keys()];
  }

  /** The name of an entry as the file has it, without regard to case; undefined where there is none. */
  find(name: string): string | undefined {
    if (this.entries.has(name)) return name;
    const wished = name.toLowerCase();
    return this.names.find((each) => each.toLowerCase() === wished);
  }

  /** Unpacks an entry. */
  async *read(name: string): AsyncGenerator<Buffer> {
    const entry = this.entries.get(name);
    if (!entry) throw new Error('an entry was read that is not there');
    if (entry.isEncrypted())
      refuseFile('password_protected', 'The file is protected by a password. Save it without one.');
    let bytes = 0;
    let sum = 0;
    try {
      for await (const chunk of await this.unpacked(entry)) {
        bytes += chunk.length;
        this.unpackedBytes += chunk.length;
        if (bytes > entry.uncompressedSize) refuseFile('broken_zip', BROKEN);
        this.refuseBomb(bytes, entry.compressedSize);
        sum = crc32(chunk, sum);
        yield chunk;
      }
    } catch (error) {
      refuseBroken(error);
    }
    if (sum !== entry.crc32) refuseFile('broken_zip', BROKEN);
  }

  close(): void {
    this.zip.close();
  }

  /** The bytes of an entry, of which the next ones are unpacked while the last ones are read. */
  private async unpacked(entry: Entry): Promise<Readable | Buffer[]> {
    const { compressionMethod: method, compressedSize: size } = entry;
    const { fileDataStart: start } = await this.zip.readLocalFileHeaderPromise(entry, { minimal: true });
    if (method !== STORED && method !== DEFLATED) refuseFile('broken_zip', BROKEN);
    if (size === 0) return [];
    const packed = createReadStream(this.path, { start, end: start + size - 1, highWaterMark: PACKED_CHUNK_BYTES });
    if (method === STORED) return packed;
    const inflate = createInflateRaw({ chunkSize: CHUNK_BYTES });
    // What fails is told to the reader of the last one.
    return pipeline(packed, inflate, () => {});
  }

  private refuseBomb(bytes: number, packedBytes: number): void {
    const { maxBytes } = this.limits;
    if (this.unpackedBytes > maxBytes)
      throw new FileRefused(`The file is larger than ${maxBytes} bytes when it is unpacked.`, [], 'payload_too_large');
    if (bytes > SMALL_BYTES && bytes > packedBytes * MAX_RATIO)
      throw new FileRefused(
        `The file unpacks to more than ${MAX_RATIO} times its size, as no table does.`,
        [],
        'payload_too_large',
      );
  }
}

/** What yauzl and zlib say of a file is all about bytes in it; what the system says is ours. */
function refuseBroken(error: unknown): never {
  const code = errorCode(error) ?? '';
  if (error instanceof FileRefused || (code !== '' && !code.startsWith('Z_'))) throw error;
  refuseFile('broken_zip', BROKEN);
}
