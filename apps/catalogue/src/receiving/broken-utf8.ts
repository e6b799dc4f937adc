import { type FileHandle, open } from 'node:fs/promises';
import { TextDecoder } from 'node:util';
import type { ImportWarning } from '@sluice/contracts/catalogue/reading';
import { analyse } from 'chardet';

const CHUNK_BYTES = 64 * 1024;
const LINE_FEED = 0x0a;
/** Lines with such bytes, to guess a code page by. */
const MAX_SAMPLE_BYTES = 64 * 1024;
/** Where the guess is less sure, the most common code page is taken. */
const LEAST_CONFIDENCE = 40;
const USUAL = 'windows-1252';

/** What a file that is not quite UTF-8 is read as, and what its publisher is told. */
export interface SettledEncoding {
  encoding: string;
  warning: ImportWarning;
}

/**
 * Settles what a text file is in that is not valid UTF-8, by all of its bytes: UTF-8 with damaged places where most
 * characters beyond ASCII are whole, else an 8-bit code page.
 */
export async function settleEncoding(path: string, isSaid: boolean): Promise<SettledEncoding> {
  const { whole, broken, line, sample } = await count(path);
  if (isSaid || (whole > 0 && whole >= broken)) {
    const places = broken === 1 ? '1 byte is' : `${broken} bytes are`;
    const detail = `${places} no UTF-8; the replacement character U+FFFD stands there.`;
    return { encoding: 'utf-8', warning: { code: 'bytes_replaced', detail, option: 'encoding', line, count: broken } };
  }
  const encoding = guessCodePage(sample);
  const detail = `The file is not UTF-8; it was read as ${encoding === USUAL ? 'Windows-1252 (Latin-1)' : encoding}.`;
  return { encoding, warning: { code: 'encoding_guessed', detail, option: 'encoding', line, count: broken } };
}

/** Writes a file anew in UTF-8. */
export async function decodeFile(from: string, to: string, encoding: string): Promise<void> {
  const [source, target] = await Promise.all([open(from, 'r'), open(to, 'wx')]);
  const decoder = new TextDecoder(encoding);
  try {
    for await (const chunk of chunksOf(source)) await target.appendFile(decoder.decode(chunk, { stream: true }));
    await target.appendFile(decoder.decode());
  } finally {
    await Promise.all([source.close(), target.close()]);
  }
}

function guessCodePage(sample: Buffer): string {
  const [best] = analyse(sample);
  if (!best || best.confidence < LEAST_CONFIDENCE || /^(?:ASCII|UTF-8)$/i.test(best.name)) return USUAL;
  try {
    return new TextDecoder(best.name).encoding;
  } catch {
    return USUAL;
  }
}

/** Counts characters beyond ASCII that are whole, and bytes that belong to none. */
async function count(path: string) {
  const found = { whole: 0, broken: 0, line: undefined as number | undefined, sample: Buffer.alloc(0) };
  const file = await open(path, 'r');
  const decoder = new TextDecoder('utf-8');
  let line = 1;
  try {
    for await (const chunk of chunksOf(file)) {
      const text = decoder.decode(chunk, { stream: true });
      for (const character of text.match(/[^\0-\x7f]|\n/gu) ?? []) {
        if (character === '\n') line++;
        else if (character === '\ufffd') {
          found.broken++;
          found.line ??= line;
        } else found.whole++;
      }
      if (found.sample.length < MAX_SAMPLE_BYTES) found.sample = Buffer.concat([found.sample, linesBeyondAscii(chunk)]);
    }
  } finally {
    await file.close();
  }
  return found;
}

function linesBeyondAscii(chunk: Buffer): Buffer {
  const lines: Buffer[] = [];
  for (let from = 0; from < chunk.length; ) {
    const end = chunk.indexOf(LINE_FEED, from);
    const line = chunk.subarray(from, end === -1 ? chunk.length : end + 1);
    if (line.some((byte) => byte > 0x7f)) lines.push(line);
    from += line.length;
  }
  return Buffer.concat(lines).subarray(0, MAX_SAMPLE_BYTES);
}

async function* chunksOf(file: FileHandle): AsyncGenerator<Buffer> {
  for (let at = 0; ; ) {
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(CHUNK_BYTES), 0, CHUNK_BYTES, at);
    if (bytesRead === 0) return;
    at += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}
