import { isObject } from '@sluice/query/values/json-value';
import { CsvReader } from '@sluice/records/csv-reader';
import type { CsvSink } from '@sluice/records/csv-sink';
import { RecordBuffer } from '@sluice/records/record-buffer';
import { closeBeginning } from './json-beginning';
import { parsedJson, type Row, rowsOfJson } from './json-rows';

/** The beginning of a file as it looks from here: the server reads all of it, and decides. */
export interface FirstRows {
  names: string[];
  rows: Row[];
  /** What is not shown, and why. */
  told?: string;
}

/** So much of a file is read at most. */
const BEGINNING = 64 * 1024;
const JSON_BEGINNING = 1024 * 1024;
export const SHOWN = 20;
/** So much is read at a time until there are rows enough: a fault behind them is not met. */
const CHUNK_BYTES = 1024;
const delimiters = [',', ';', '\t', '|'];
const TOO_LONG = 'Its first row is longer than what is read here: it is shown once the file is uploaded.';

/** Null for what cannot be looked into here: packed files, workbooks, JSON whose rows have to be named first. */
export async function firstRows(
  file: File,
  { delimiter, header }: { delimiter: string; header: boolean },
): Promise<FirstRows | null> {
  const extension = file.name.toLowerCase().split('.').pop() ?? '';
  try {
    if (['csv', 'tsv', 'tab', 'txt'].includes(extension)) return await csvRows(file, delimiter, header);
    if (['ndjson', 'jsonl'].includes(extension)) return await lineRows(file);
    if (['json', 'geojson'].includes(extension)) return await jsonRows(file);
  } catch {
    // The server tells what is wrong with it, with line and column.
  }
  return null;
}

/** Objects one a line, up to the last whole line. */
async function lineRows(file: File): Promise<FirstRows | null> {
  const text = await file.slice(0, JSON_BEGINNING).text();
  const whole = file.size > JSON_BEGINNING ? text.slice(0, text.lastIndexOf('\n') + 1) : text;
  const lines = whole.split('\n').filter((line) => line.trim() !== '');
  if (lines.length === 0 && text !== '') return { names: [], rows: [], told: TOO_LONG };
  return tableOf(lines.slice(0, SHOWN).map(parsedJson).filter(isObject));
}

/** The rows of a JSON text, of which the last one may be cut off where the text is. */
async function jsonRows(file: File): Promise<FirstRows | null> {
  const isCut = file.size > JSON_BEGINNING;
  const { text, isFollowed } = closeBeginning(await file.slice(0, JSON_BEGINNING).text());
  if (isFollowed) return await lineRows(file);
  const rows = rowsOfJson(parsedJson(text));
  if (isCut && rows && rows.length < 2) return { names: [], rows: [], told: TOO_LONG };
  return tableOf((isCut ? rows?.slice(0, -1) : rows) ?? []);
}

/** Reads CSV as an import does; the last record counts only where the file ends. */
async function csvRows(file: File, delimiter: string, header: boolean): Promise<FirstRows | null> {
  const text = await file.slice(0, BEGINNING).text();
  const bytes = new TextEncoder().encode(text);
  const table = new CsvTable();
  const reader = new CsvReader(table, { delimiter: delimiter || likely(text), header });
  for (let at = 0; at < bytes.length && table.rows.length < SHOWN; at += CHUNK_BYTES) {
    reader.push(bytes.subarray(at, at + CHUNK_BYTES));
  }
  if (table.rows.length < SHOWN && file.size <= BEGINNING) reader.end();
  const { names, rows } = table;
  return names.length > 0 ? { names, rows: rows.slice(0, SHOWN) } : null;
}

/** Collects records as they are shown, also those with too few or too many cells. */
class CsvTable implements CsvSink, FirstRows {
  readonly records = new RecordBuffer();
  names: string[] = [];
  readonly rows: Row[] = [];

  columns(count: number, isHeader: boolean): void {
    this.names = isHeader
      ? this.records.openCells().map((cell) => cell ?? '')
      : Array.from({ length: count }, (_, at) => `column_${at + 1}`);
  }

  row(): void {
    const cells = this.records.openCells();
    this.rows.push(Object.fromEntries(this.names.map((name, at) => [name, cells[at] ?? ''])));
    this.records.drop();
  }

  oddRow(): void {
    this.row();
  }
}

/** The separator that the first line has most of. */
function likely(text: string): string {
  const [line = ''] = text.split(/[\r\n]/);
  const times = (each: string) => line.split(each).length;
  return delimiters.reduce((best, each) => (times(each) > times(best) ? each : best));
}

function tableOf(found: readonly Row[]): FirstRows | null {
  const rows = found.slice(0, SHOWN);
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return names.length > 0 ? { names, rows } : null;
}
