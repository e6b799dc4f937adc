import type { Place } from '@sluice/records/unreadable';

const [LINE_FEED, CARRIAGE_RETURN] = [0x0a, 0x0d];

/** Leaves out the first lines of a text that comes in chunks; lines end by LF, CRLF or CR. */
export class LineSkip {
  private skipped = 0;
  private offset = 0;
  private afterReturn = false;

  constructor(private readonly lines: number) {}

  /** The place behind the lines, once they were left out. */
  get place(): Place {
    return { line: this.skipped + 1, lineStart: this.offset, offset: this.offset };
  }

  /** Gives what of a chunk does not belong to the lines. */
  take(chunk: Buffer): Buffer {
    let at = 0;
    for (; at < chunk.length && (this.skipped < this.lines || this.afterReturn); at++) {
      const byte = chunk[at];
      const isSecond = byte === LINE_FEED && this.afterReturn;
      if (this.skipped === this.lines && !isSecond) {
        this.afterReturn = false;
        break;
      }
      this.afterReturn = byte === CARRIAGE_RETURN;
      if ((byte === LINE_FEED && !isSecond) || byte === CARRIAGE_RETURN) this.skipped++;
      this.offset++;
    }
    return chunk.subarray(at);
  }
}
