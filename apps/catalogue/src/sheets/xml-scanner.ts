import { refuseFile } from '../sources/file-refused';
import { XmlTag } from './xml-tag';
import { decodeEntities } from './xml-text';

/** Takes what a scanner finds, in the order of the document. */
export interface XmlSink {
  /** Whether texts are wanted at this place; others are skipped. */
  readonly wantsText: boolean;
  /** An element begins: its name without a prefix, and the tag, which is only valid until the call returns. */
  open(name: string, tag: XmlTag): void;
  close(name: string): void;
  text(text: string): void;
  /** Takes whole elements that begin at this place of an ASCII document by itself; gives where the scanner goes on. */
  skim?(bytes: Uint8Array, at: number): number;
}

const MAX_DEPTH = 256;
/** Of a text between two tags, and of a tag. */
const MAX_TEXT_CHARS = 4 * 1024 ** 2;
const MAX_TAG_CHARS = 256 * 1024;

const BANG = 0x21;
const QUOTE = 0x22;
const APOSTROPHE = 0x27;
const SLASH = 0x2f;
const COLON = 0x3a;
const LESS = 0x3c;
const GREATER = 0x3e;
const QUESTION = 0x3f;

/**
 * Splits XML 1.0 into elements and texts, chunk by chunk, with bounded memory. Document types are refused, so that no
 * entity of a file is ever expanded; parsers from npm take longer for a sheet than the whole import may (ADR 24).
 */
export class XmlScanner {
  private rest = '';
  private isRestAscii = true;
  private readonly stack: string[] = [];
  private readonly locals: string[] = [];
  private readonly tag = new XmlTag();
  private hasRoot = false;

  constructor(private readonly sink: XmlSink) {}

  /** Reads on in a text. */
  push(chunk: string): void {
    this.scan(this.rest + chunk, null);
    this.isRestAscii = this.rest === '';
  }

  /** Reads on in bytes of which each is a character. */
  pushAscii(chunk: Buffer): void {
    if (this.isRestAscii) {
      // A text that is put together is copied once more when it is read; bytes are not.
      const bytes = this.rest === '' ? chunk : Buffer.concat([Buffer.from(this.rest, 'latin1'), chunk]);
      this.scan(bytes.toString('latin1'), this.sink.skim ? bytes : null);
    } else this.scan(this.rest + chunk.toString('latin1'), null);
    this.isRestAscii ||= this.rest.length <= chunk.length;
  }

  private scan(text: string, bytes: Buffer | null): void {
    let at = 0;
    for (;;) {
      const tag = text.charCodeAt(at) === LESS ? at : text.indexOf('<', at);
      if (tag === -1) break;
      if (tag > at && this.sink.wantsText) this.sink.text(decodeEntities(text.slice(at, tag)));
      const next = bytes ? (this.sink.skim?.(bytes, tag) ?? tag) : tag;
      if (next > tag) {
        at = next;
        continue;
      }
      const end = this.passTag(text, tag);
      at = end === -1 ? tag : end;
      if (end === -1) break;
    }
    this.rest = at < text.length ? text.slice(at) : '';
    const longest = this.rest.startsWith('<') ? MAX_TAG_CHARS : MAX_TEXT_CHARS;
    if (this.rest.length > longest) broken('A tag or a text of it is too long');
  }

  end(): void {
    if (this.rest.trim() !== '' || !this.hasRoot || this.stack.length > 0) broken('It ends too early');
  }

  /** Gives where the tag ends that begins at `at`; -1 where that is not there yet. */
  private passTag(text: string, at: number): number {
    const first = text.charCodeAt(at + 1);
    if (first === SLASH) return this.passEnd(text, at + 2);
    if (first === QUESTION) return after(text, '?>', at);
    if (first === BANG) return this.passMarkup(text, at);
    const end = endOfTag(text, at + 1);
    if (end === -1) return -1;
    this.passBegin(text, at + 1, end);
    return end + 1;
  }

  private passBegin(text: string, from: number, end: number): void {
    let nameEnd = from;
    let local = from;
    for (; nameEnd < end; nameEnd++) {
      const char = text.charCodeAt(nameEnd);
      if (char <= 0x20 || char === SLASH) break;
      if (char === COLON) local = nameEnd + 1;
    }
    if (nameEnd === from || (this.hasRoot && this.stack.length === 0)) broken('It is not XML');
    const isEmpty = text.charCodeAt(end - 1) === SLASH;
    const name = text.slice(local, nameEnd);
    this.hasRoot = true;
    this.sink.open(name, this.tag.set(text, nameEnd, isEmpty ? end - 1 : end));
    if (isEmpty) {
      this.sink.close(name);
      return;
    }
    if (this.stack.length >= MAX_DEPTH) broken('Its elements are nested too deeply');
    this.stack.push(local === from ? name : text.slice(from, nameEnd));
    this.locals.push(name);
  }

  private passEnd(text: string, from: number): number {
    const name = this.stack.at(-1);
    const isPlain = name !== undefined && text.charCodeAt(from + name.length) === GREATER;
    const end = isPlain ? from + name.length : text.indexOf('>', from);
    if (end === -1) return -1;
    const local = this.locals.pop();
    this.stack.pop();
    const matches = name !== undefined && local !== undefined && text.startsWith(name, from);
    if (!matches || (!isPlain && text.slice(from + name.length, end).trim() !== ''))
      broken('Its elements do not match');
    this.sink.close(local);
    return end + 1;
  }

  private passMarkup(text: string, at: number): number {
    if (text.startsWith('<!--', at)) return after(text, '-->', at + 4);
    if (text.startsWith('<![CDATA[', at)) {
      const end = after(text, ']]>', at + 9);
      if (end !== -1 && this.sink.wantsText) this.sink.text(text.slice(at + 9, end - 3));
      return end;
    }
    if (text.length - at < 9) return -1;
    return broken('It declares a document type, which no spreadsheet needs');
  }
}

/** Finds the `>` of a tag outside of the values of its attributes. */
function endOfTag(text: string, from: number): number {
  let quote = 0;
  for (let at = from; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (quote !== 0) {
      if (char === quote) quote = 0;
    } else if (char === GREATER) return at;
    else if (char === QUOTE || char === APOSTROPHE) quote = char;
  }
  return -1;
}

function after(text: string, mark: string, from: number): number {
  const at = text.indexOf(mark, from);
  return at === -1 ? -1 : at + mark.length;
}

function broken(detail: string): never {
  refuseFile('broken_spreadsheet', `The XML inside the file is damaged: ${detail}.`);
}
