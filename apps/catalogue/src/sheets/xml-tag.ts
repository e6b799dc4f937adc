import { refuseFile } from '../sources/file-refused';
import { decodeEntities } from './xml-text';

const SPACE = 0x20;
const QUOTE = 0x22;
const APOSTROPHE = 0x27;
const COLON = 0x3a;
const EQUALS = 0x3d;

/** Reads the attributes of a tag where they stand, without a copy: a large sheet has sixteen million tags of cells. */
export class XmlTag {
  private text = '';
  private from = 0;
  private to = 0;

  set(text: string, from: number, to: number): this {
    this.text = text;
    this.from = from;
    this.to = to;
    return this;
  }

  /** Finds the value of an attribute: by its whole name, or where that has no prefix, without regard to prefixes. */
  value(name: string): string | undefined {
    const { text, to } = this;
    for (let at = this.from; at < to; at++) {
      if (text.charCodeAt(at) !== EQUALS) continue;
      const open = this.skipBlanks(at + 1);
      const quote = text.charCodeAt(open);
      let close = open + 1;
      if (quote !== QUOTE && quote !== APOSTROPHE) close = to;
      while (close < to && text.charCodeAt(close) !== quote) close++;
      if (close >= to) refuseFile('broken_spreadsheet', 'The XML inside the file has an attribute without quotes.');
      if (this.isNamed(name, at)) return decodeEntities(text.slice(open + 1, close));
      at = close;
    }
    return undefined;
  }

  private skipBlanks(at: number): number {
    while (this.text.charCodeAt(at) <= SPACE) at++;
    return at;
  }

  /** Tells whether the name ends before the `=` at this place. */
  private isNamed(name: string, equals: number): boolean {
    const { text } = this;
    let end = equals;
    while (text.charCodeAt(end - 1) <= SPACE) end--;
    const begin = end - name.length;
    const before = text.charCodeAt(begin - 1);
    return (before <= SPACE || before === COLON) && text.startsWith(name, begin);
  }
}
