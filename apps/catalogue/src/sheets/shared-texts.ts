import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { refuseFile } from '../sources/file-refused';
import type { StagingBuffer } from '../sources/staging-buffer';
import type { XmlSink } from './xml-scanner';
import { unescapeText } from './xml-text';

const PAGE_BITS = 16;
const PAGE_BYTES = 1 << PAGE_BITS;
const CHUNK_BITS = 16;
const CHUNK = 1 << CHUNK_BITS;
/** Pages that stay in memory: 32 MiB. */
const RESIDENT_PAGES = 512;
/** Places are kept as 32-bit numbers. */
const MAX_BYTES = 2 ** 32 - 1;

/**
 * Holds the texts that the cells of a workbook share, as JSON in UTF-8: the pages used last in memory, all of them in a
 * file. Programs write them in the order of the cells, so pages are mostly read once.
 */
export class SharedTexts implements XmlSink {
  wantsText = false;
  count = 0;
  private readonly file: number;
  /** Where each text ends, in chunks, so that growing copies nothing. */
  private readonly ends: Uint32Array[] = [];
  private readonly pages: (Buffer | undefined)[] = [];
  private readonly resident: number[] = [];
  private hand = 0;
  private length = 0;
  private content = '';
  private phonetic = 0;

  constructor(private readonly path: string) {
    this.file = openSync(path, 'wx+');
  }

  open(name: string): void {
    if (name === 'si') this.content = '';
    else if (name === 'rPh') this.phonetic++;
    else if (name === 't') this.wantsText = this.phonetic === 0;
  }

  text(text: string): void {
    this.content += text;
  }

  close(name: string): void {
    if (name === 't') this.wantsText = false;
    else if (name === 'rPh') this.phonetic--;
    else if (name === 'si') this.add(this.content === '' ? '' : JSON.stringify(unescapeText(this.content)));
  }

  /** Writes the rest to the file: after it texts are only read. */
  finish(): void {
    const last = Math.floor(this.length / PAGE_BYTES);
    const page = this.pages[last];
    if (page) writeSync(this.file, page, 0, this.length % PAGE_BYTES, last * PAGE_BYTES);
  }

  /** Bytes of a text; 0 for the empty one. */
  sizeOf(index: number): number {
    return this.endOf(index) - this.endOf(index - 1);
  }

  /** Copies a text to the end of the buffer, which has room for it. */
  copyTo(buffer: StagingBuffer, index: number): void {
    const end = this.endOf(index);
    const { bytes } = buffer;
    let { length } = buffer;
    for (let at = this.endOf(index - 1); at < end; ) {
      const page = this.pageAt(at >>> PAGE_BITS);
      const from = at & (PAGE_BYTES - 1);
      const to = Math.min(PAGE_BYTES, from + end - at);
      for (let place = from; place < to; place++) bytes[length++] = page[place] as number;
      at += to - from;
    }
    buffer.length = length;
  }

  release(): void {
    closeSync(this.file);
    rmSync(this.path, { force: true });
  }

  private endOf(index: number): number {
    return index < 0 ? 0 : (this.ends[index >> CHUNK_BITS]?.[index & (CHUNK - 1)] ?? 0);
  }

  private add(json: string): void {
    const bytes = Buffer.from(json);
    if (this.length + bytes.length > MAX_BYTES)
      refuseFile('too_many_texts', 'The texts of the workbook are larger than 4 GiB. Save the sheet as CSV.');
    for (let at = 0; at < bytes.length; ) {
      const number = Math.floor(this.length / PAGE_BYTES);
      const offset = this.length % PAGE_BYTES;
      const page = this.pages[number] ?? this.openPage(number);
      const copied = bytes.copy(page, offset, at);
      at += copied;
      this.length += copied;
      if (offset + copied === PAGE_BYTES) writeSync(this.file, page, 0, PAGE_BYTES, number * PAGE_BYTES);
    }
    if (this.count % CHUNK === 0) this.ends.push(new Uint32Array(CHUNK));
    const chunk = this.ends[this.count >> CHUNK_BITS] as Uint32Array;
    chunk[this.count & (CHUNK - 1)] = this.length;
    this.count++;
  }

  private pageAt(number: number): Buffer {
    const page = this.pages[number];
    if (page) return page;
    const read = this.openPage(number);
    readSync(this.file, read, 0, PAGE_BYTES, number * PAGE_BYTES);
    return read;
  }

  /** Takes the place of the page that came first among those in memory. */
  private openPage(number: number): Buffer {
    const old = this.resident[this.hand];
    const page = (old === undefined ? undefined : this.pages[old]) ?? Buffer.allocUnsafeSlow(PAGE_BYTES);
    if (old !== undefined) this.pages[old] = undefined;
    this.pages[number] = page;
    this.resident[this.hand] = number;
    this.hand = (this.hand + 1) % RESIDENT_PAGES;
    return page;
  }
}
