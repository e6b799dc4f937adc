import { isAscii } from 'node:buffer';
import { TextDecoder } from 'node:util';
import type { ZipFile } from '../archives/zip-file';
import { refuseFile } from '../sources/file-refused';
import { XmlScanner, type XmlSink } from './xml-scanner';

export interface ScanProgress {
  signal?: AbortSignal;
  /** Called after each chunk of the part. */
  onChunk?(): void;
}

/** Reads a part of a workbook as XML, chunk by chunk. Refuses the file where the part is not there. */
export async function scanPart(zip: ZipFile, part: string, sink: XmlSink, progress: ScanProgress = {}): Promise<void> {
  const name = zip.find(part);
  if (name === undefined)
    refuseFile('broken_spreadsheet', `The file lacks its part ${JSON.stringify(part.slice(0, 200))}.`);
  const scanner = new XmlScanner(sink);
  let decoder: TextDecoder | null = null;
  let isWhole = true;
  try {
    for await (const chunk of zip.read(name)) {
      progress.signal?.throwIfAborted();
      decoder ??= new TextDecoder(encodingOf(chunk), { fatal: true });
      // Most chunks of numbers are ASCII, which becomes a text three times as fast.
      const isPlain = isWhole && decoder.encoding === 'utf-8' && isAscii(chunk);
      if (isPlain) scanner.pushAscii(chunk);
      else scanner.push(decoder.decode(chunk, { stream: true }));
      isWhole = (chunk.at(-1) ?? 0) < 0x80;
      progress.onChunk?.();
    }
    scanner.push(decoder?.decode() ?? '');
  } catch (error) {
    if (!(error instanceof TypeError && 'code' in error && error.code === 'ERR_ENCODING_INVALID_ENCODED_DATA'))
      throw error;
    refuseFile('broken_spreadsheet', 'The XML inside the file is not in the encoding that it should be in.');
  }
  scanner.end();
}

/** XML 1.0 appendix F, as far as writers of spreadsheets go. */
function encodingOf(begin: Buffer): string {
  if (begin[0] === 0xff && begin[1] === 0xfe) return 'utf-16le';
  return begin[0] === 0xfe && begin[1] === 0xff ? 'utf-16be' : 'utf-8';
}
