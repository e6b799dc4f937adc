import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import type { Cell, Table } from './random-tables';

/** A way to write a CSV file. */
export interface Written {
  delimiter: string;
  quotes: 'minimal' | 'all';
  lineEnd: string;
  escape: '"' | '\\';
  /** Stands beside quotes. */
  blank: string;
  /** Lines before the header. */
  top: readonly string[];
  encoding: 'utf-8' | 'utf-8 with mark' | 'utf-16le' | 'utf-16be' | 'windows-1252';
}

const tops = [
  [],
  ['Report of the year'],
  ['Report of the year', ''],
  ['"Report, of the year"', 'made by hand'],
  ['# made by a program'],
  ['# made by a program, see "the manual', '# 5" pipes'],
  ['', ''],
];

/** Any of the ways that the reader has to find out by itself. */
export const dialects: fc.Arbitrary<Written> = fc.record({
  delimiter: fc.constantFrom(',', ';', '\t', '|', '||'),
  quotes: fc.constantFrom('minimal', 'all'),
  lineEnd: fc.constantFrom('\n', '\r\n', '\r'),
  escape: fc.constantFrom('"', '"', '\\'),
  blank: fc.constantFrom('', '', ' '),
  top: fc.constantFrom(...tops),
  encoding: fc.constantFrom('utf-8', 'utf-8 with mark', 'utf-16le', 'utf-16be', 'windows-1252'),
});

/** Texts that tell what a backslash means: a quote with more text behind it. */
const TELLING = /" *[a-z0-9]/i;

/** Tells whether nobody could know how such a table was written. */
export function isAmbiguous({ rows }: Table, { escape: before }: Written): boolean {
  const texts = rows.flat().filter((cell) => typeof cell === 'string');
  // A backslash before a quote stands for the quote, or for itself before one that is doubled.
  if (texts.some((text) => text.includes('\\"'))) return true;
  return before === '\\' && texts.some((text) => /["\\]/.test(text)) && !texts.some((text) => TELLING.test(text));
}

/** Writes a table in a dialect. */
export function writeCsv({ labels, rows }: Table, written: Written): Buffer {
  const { delimiter, lineEnd, top, encoding } = written;
  const lines = [labels, ...rows].map((cells) => cells.map((cell) => writeCell(cell, written)).join(delimiter));
  return encoded([...top, ...lines, ''].join(lineEnd), encoding);
}

function writeCell(cell: Cell, { delimiter, quotes, escape: before, blank }: Written): string {
  if (cell === null) return '';
  const text = String(cell);
  const isNeeded = text === '' || /["\r\n]/.test(text) || text.includes(delimiter[0] ?? '') || blank !== '';
  const isEscaped = before === '\\' && text.includes('\\');
  if (quotes === 'minimal' && !isNeeded && !isEscaped) return text;
  const inner = before === '"' ? text.replaceAll('"', '""') : text.replace(/[\\"]/g, '\\$&');
  return `${blank}"${inner}"${blank}`;
}

function encoded(text: string, encoding: Written['encoding']): Buffer {
  if (encoding === 'utf-8') return Buffer.from(text);
  if (encoding === 'utf-8 with mark') return Buffer.from(`\ufeff${text}`);
  // Of the characters that are used here both have the same in one byte.
  if (encoding === 'windows-1252') return Buffer.from(text, 'latin1');
  const units = Buffer.from(`\ufeff${text}`, 'utf16le');
  return encoding === 'utf-16le' ? units : units.swap16();
}
