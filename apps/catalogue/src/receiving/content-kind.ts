import { refuseFile } from '../sources/file-refused';

/** Kinds of files that are no tables of ours, by how they begin. */
const foreign: readonly [string, Buffer][] = [
  ['a PDF document', Buffer.from('%PDF-')],
  [
    'an Excel workbook of before 2007 (.xls), or one with a password: save it as .xlsx without one',
    Buffer.from('d0cf11e0a1b11ae1', 'hex'),
  ],
  ['a SQLite database: export its table as CSV', Buffer.from('SQLite format 3\0')],
  ['an Avro file: convert it to Parquet', Buffer.from('Obj\x01')],
  ['an ORC file: convert it to Parquet', Buffer.from('ORC')],
  ['an Arrow or Feather file: convert it to Parquet', Buffer.from('ARROW1')],
  ['an HDF5 file: convert it to Parquet', Buffer.from('894844460d0a1a0a', 'hex')],
  ['a PNG picture', Buffer.from('89504e47', 'hex')],
  ['a JPEG picture', Buffer.from('ffd8ff', 'hex')],
];

const markup: readonly [string, RegExp][] = [
  ['a page of HTML, perhaps of a sign-in: download the file itself', /^<(?:!doctype html|html|head|body)\b/i],
  ['XML: convert it to CSV or JSON', /^<\?xml\b/i],
  [
    'a pointer of Git LFS instead of the file: fetch it with git lfs pull',
    /^version https:\/\/git-lfs\.github\.com\/spec\//,
  ],
];

const PARQUET = Buffer.from('PAR1');
const ZIP = Buffer.from('504b0304', 'hex');

/** What a file is by its first bytes: a format, an archive or workbook, or text of which nothing more is known. */
export type ContentKind = 'parquet' | 'json' | 'zip' | 'text';

/** Tells what a file is by how it begins, whatever was said of it; refuses what can be no table by its name. */
export function kindOfContent(begin: Buffer): ContentKind {
  for (const [name, mark] of foreign) {
    if (begin.subarray(0, mark.length).equals(mark)) refuseFile('wrong_kind', `The file is ${name}.`);
  }
  if (begin.subarray(0, PARQUET.length).equals(PARQUET)) return 'parquet';
  if (begin.subarray(0, ZIP.length).equals(ZIP)) return 'zip';
  const text = begin
    .subarray(0, 1_000)
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .trimStart();
  for (const [name, pattern] of markup) if (pattern.test(text)) refuseFile('wrong_kind', `The file is ${name}.`);
  return /^[[{]/.test(text) ? 'json' : 'text';
}
