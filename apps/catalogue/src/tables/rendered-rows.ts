import { type FileHandle, open, rm } from 'node:fs/promises';
import { LRUCache } from 'lru-cache';
import { type RowBlock, startOf } from './row-block';

/** Selections of fields whose rows are kept at once. */
const MAX_SELECTIONS = 16;
const END_BYTES = Uint32Array.BYTES_PER_ELEMENT;
const [OPEN, CLOSE] = Buffer.from('{}');

/** Holds where rows end in blocks that were read last, for all versions together; the rest is on the disk with the rows. */
export class BlockEnds {
  private made = 0;
  private readonly ends: LRUCache<string, Uint32Array>;

  constructor(maxBytes: number) {
    this.ends = new LRUCache({ maxSize: maxBytes, sizeCalculation: ({ byteLength }) => byteLength + 200 });
  }

  /** Makes a name that no other file has. */
  newFile(): number {
    return ++this.made;
  }

  find(file: number, block: number): Uint32Array | undefined {
    return this.ends.get(`${file} ${block}`);
  }

  keep(file: number, block: number, ends: Uint32Array): void {
    this.ends.set(`${file} ${block}`, ends);
  }
}

export interface RenderedRowsOptions {
  /** Begins the name of each file. */
  path: string;
  /** Bounds all files together. */
  maxBytes: number;
  ends: BlockEnds;
  /** Says that files on the disk have become so many bytes more, or less. */
  onBytes(change: number): void;
  hasRoomFor(bytes: number): boolean;
}

/** Where a block is in its file: the ends of its rows, then the rows. */
interface Place {
  offset: number;
  rows: number;
}

interface SelectionFile {
  number: number;
  path: string;
  handle: Promise<FileHandle>;
  bytes: number;
  places: Map<number, Place>;
}

/**
 * Keeps rows of a version that were rendered as JSON on the disk, whole blocks of them, each selection of fields in a file of its
 * own; a page or a row is read by its bytes. What cannot be read is not there: it can be rendered again.
 */
export class RenderedRows {
  /** In the order of their last use. */
  private readonly files = new Map<string, SelectionFile>();
  private bytes = 0;
  private isClosed = false;

  constructor(private readonly options: RenderedRowsOptions) {}

  /** Tells whether so many bytes may be kept for one selection. */
  hasRoomFor(bytes: number): boolean {
    return !this.isClosed && bytes <= this.options.maxBytes && this.options.hasRoomFor(bytes);
  }

  has(selection: string, block: number): boolean {
    return this.files.get(selection)?.places.has(block) ?? false;
  }

  /** Reads rows `from` to `to` of a block, both included; null where they cannot be read. */
  async read(selection: string, block: number, from: number, to: number): Promise<Buffer | null> {
    const file = this.files.get(selection);
    const place = file?.places.get(block);
    if (!file || !place) return null;
    this.files.delete(selection);
    this.files.set(selection, file);
    try {
      const handle = await file.handle;
      const ends = await this.endsOf(file, handle, block, place);
      const start = startOf(ends, from);
      const rows = await readBytes(handle, place.offset + ends.byteLength + start, (ends[to] ?? 0) - start);
      return rows[0] === OPEN && rows.at(-1) === CLOSE ? rows : null;
    } catch {
      // Its disk fails, or it was closed for the sake of others meanwhile.
      this.drop(selection, file);
      return null;
    }
  }

  /** Writes a block, and lets other selections go where there is no room. Nothing is kept where that fails. */
  async keep(selection: string, block: number, { bytes, ends }: RowBlock): Promise<void> {
    const size = ends.byteLength + bytes.length;
    if (this.has(selection, block) || !this.makeRoom(selection, size)) return;
    const file = this.files.get(selection) ?? this.newFile(selection);
    const offset = file.bytes;
    file.bytes += size;
    this.count(size);
    try {
      const handle = await file.handle;
      const written = await handle.writev([Buffer.from(ends.buffer, ends.byteOffset, ends.byteLength), bytes], offset);
      if (written.bytesWritten < size) throw new Error('the disk took a part of the rows');
      file.places.set(block, { offset, rows: ends.length });
      this.options.ends.keep(file.number, block, ends);
    } catch {
      this.drop(selection, file);
    }
  }

  /** Removes all files. */
  close(): void {
    this.isClosed = true;
    for (const [selection, file] of this.files) this.drop(selection, file);
  }

  private async endsOf(file: SelectionFile, handle: FileHandle, block: number, place: Place): Promise<Uint32Array> {
    const known = this.options.ends.find(file.number, block);
    if (known) return known;
    const bytes = await readBytes(handle, place.offset, place.rows * END_BYTES);
    const ends = new Uint32Array(place.rows);
    new Uint8Array(ends.buffer).set(bytes);
    this.options.ends.keep(file.number, block, ends);
    return ends;
  }

  private newFile(selection: string): SelectionFile {
    const number = this.options.ends.newFile();
    const path = `${this.options.path}-${number}.rows`;
    const file = { number, path, handle: open(path, 'wx+'), bytes: 0, places: new Map() };
    // Who writes to it is told.
    file.handle.catch(() => {});
    this.files.set(selection, file);
    return file;
  }

  /** Lets the selections go that were not used for longest, until there is room for so many bytes more of this one. */
  private makeRoom(selection: string, bytes: number): boolean {
    if (!this.hasRoomFor(bytes)) return false;
    const others = [...this.files].filter(([name]) => name !== selection);
    while (this.bytes + bytes > this.options.maxBytes || others.length >= MAX_SELECTIONS) {
      const oldest = others.shift();
      if (!oldest) return false;
      this.drop(...oldest);
    }
    return true;
  }

  private drop(selection: string, file: SelectionFile): void {
    if (this.files.get(selection) !== file) return;
    this.files.delete(selection);
    this.count(-file.bytes);
    // A handle waits for what is read by it.
    file.handle
      .then((handle) => handle.close())
      .catch(() => {})
      .then(() => rm(file.path, { force: true }))
      .catch(() => {});
  }

  private count(change: number): void {
    this.bytes += change;
    this.options.onBytes(change);
  }
}

async function readBytes(handle: FileHandle, position: number, count: number): Promise<Buffer> {
  const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(count), 0, count, position);
  if (bytesRead < count) throw new Error('rendered rows end early');
  return buffer;
}
