/** A place in a text: its line, from 1, and how many bytes stand before that line and before the place itself. */
export interface Place {
  line: number;
  lineStart: number;
  offset: number;
}

/** A fault at a place of a text, as a word for programs and a sentence for people. */
export interface RecordFault extends Place {
  code: string;
  detail: string;
}

/** Tells that a text cannot be read on, and why: one fault or several, in the order of the text. */
export class Unreadable extends Error {
  constructor(readonly faults: readonly RecordFault[]) {
    super(faults[0]?.detail);
  }
}
