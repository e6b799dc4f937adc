const [QUOTE, BACKSLASH, OPEN, CLOSE] = [0x22, 0x5c, 0x7b, 0x7d];

/** Splits a JSON array of objects, which comes in pieces, into the bytes of each object. Holds one object at most. */
export class RowSplitter {
  private held: Uint8Array[] = [];
  private depth = 0;
  private inText = false;
  private isEscaped = false;

  /** Gives the objects that end in a piece. */
  push(piece: Uint8Array): Buffer[] {
    const rows: Buffer[] = [];
    let start = this.depth > 0 ? 0 : -1;
    for (let at = 0; at < piece.length; at++) {
      const byte = piece[at];
      if (this.inText) {
        if (this.isEscaped) this.isEscaped = false;
        else if (byte === BACKSLASH) this.isEscaped = true;
        else if (byte === QUOTE) this.inText = false;
      } else if (byte === QUOTE) this.inText = true;
      else if (byte === OPEN) {
        if (this.depth++ === 0) start = at;
      } else if (byte === CLOSE && --this.depth === 0) {
        rows.push(Buffer.concat([...this.held, piece.subarray(start, at + 1)]));
        this.held = [];
        start = -1;
      }
    }
    if (start >= 0) this.held.push(piece.subarray(start));
    return rows;
  }
}
