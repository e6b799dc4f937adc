import { type Place, Unreadable } from './unreadable';

/** The file ends within quotes that began at this place. */
export function openQuote(at: Place): Unreadable {
  return new Unreadable([{ ...at, code: 'open_quote', detail: 'A quoted field is never closed.' }]);
}

/** A quoted cell goes on behind its quotes. */
export function textAfterQuote(at: Place): Unreadable {
  const detail = 'A closing quote is followed by more text.';
  return new Unreadable([{ ...at, code: 'text_after_quote', detail }]);
}

/** Too many lines without anything follow each other. */
export function blankLines(at: Place, most: number): Unreadable {
  const detail = `More than ${most} blank lines follow each other.`;
  return new Unreadable([{ ...at, code: 'blank_lines', detail }]);
}

/** A row takes more than a buffer may hold. */
export function rowTooLarge(at: Place, mostBytes: number): Unreadable {
  const detail = `The row is larger than ${mostBytes} bytes; perhaps a quote is never closed.`;
  return new Unreadable([{ ...at, code: 'row_too_large', detail }]);
}
