const [QUOTE, BACKSLASH, COMMA, COLON] = [0x22, 0x5c, 0x2c, 0x3a];
const OPENING: ReadonlySet<number> = new Set([0x5b, 0x7b]);
const CLOSING: ReadonlySet<number> = new Set([0x5d, 0x7d]);
const INDENT = '  ';

/**
 * Indents compact JSON as it comes, in whatever pieces. It only adds white space between tokens, so that every digit of
 * a number stays as it was written. Empty arrays and objects stay on one line.
 */
export class JsonIndenter {
  private depth = 0;
  private inText = false;
  private escaped = false;
  /** An array or object was opened and nothing has come since. */
  private justOpened = false;

  push(piece: Uint8Array): Buffer {
    const parts: Uint8Array[] = [];
    let from = 0;
    const insert = (at: number, text: string) => {
      parts.push(piece.subarray(from, at), Buffer.from(text));
      from = at;
    };
    for (let at = 0; at < piece.length; at++) {
      const byte = piece[at] ?? 0;
      if (this.inText) {
        this.readText(byte);
        continue;
      }
      if (CLOSING.has(byte)) {
        this.depth--;
        if (!this.justOpened) insert(at, this.line());
      } else if (this.justOpened) insert(at, this.line());
      this.justOpened = OPENING.has(byte);
      if (this.justOpened) this.depth++;
      else if (byte === COMMA) insert(at + 1, this.line());
      else if (byte === COLON) insert(at + 1, ' ');
      else if (byte === QUOTE) this.inText = true;
    }
    return Buffer.concat([...parts, piece.subarray(from)]);
  }

  private readText(byte: number): void {
    if (this.escaped) this.escaped = false;
    else if (byte === BACKSLASH) this.escaped = true;
    else if (byte === QUOTE) this.inText = false;
  }

  private line(): string {
    return `\n${INDENT.repeat(this.depth)}`;
  }
}
