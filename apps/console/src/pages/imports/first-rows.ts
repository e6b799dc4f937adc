import { CsvReader } from '@sluice/records/csv-reader';
import type { CsvSink } from '@sluice/records/csv-sink';
import { RecordBuffer } from '@sluice/records/record-buffer';
import type { Row } from '../../server/rows';

/** The beginning of a file as it looks from here: the server reads all of it, and decides. */
export interface FirstRows {
  names: string[];
  rows: Row[];
}

const BEGINNING = 64 * 1024;
const WHOLE_JSON = 1024 * 1024;
const SHOWN = 20;
/** So much is read at a time until there are rows enough: a fault behind them is not met. */
const CHUNK_BYTES = 1024;
const delimiters = [',', ';', '\t', '|'];

/** Null for what cannot be looked into here: packed files, Parquet, long JSON. */
export async function firstRows(
  file: File,
  { delimiter, header }: { delimiter: string; header: boolean },
): Promise<FirstRows | null> {
  const extension = file.name.toLowerCase().split('.').pop() ?? '';
  try {
    if (['csv', 'tsv', 'tab', 'txt'].includes(extension)) return await csvRows(file, delimiter, header);
    if (['ndjson', 'jsonl'].includes(extension)) return tableOf(lines(await beginning(file)).map(parsed));
    if (extension === 'json' && file.size <= WHOLE_JSON) {
      const value = parsed(await file.text());
      return tableOf(Array.isArray(value) ? value : [value]);
    }
  } catch {
    // The server tells what is wrong with it, with line and column.
  }
  return null;
}

/** Up to the last whole line. */
async function beginning(file: File): Promise<string> {
  const text = await file.slice(0, BEGINNING).text();
  return file.size > BEGINNING ? text.slice(0, text.lastIndexOf('\n') + 1) : text;
}

const lines = (text: string) => text.split('\n').filter((line) => line.trim() !== '');
const parsed = (text: string): unknown => JSON.parse(text);

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

function tableOf(values: readonly unknown[]): FirstRows | null {
  const rows = values
    .slice(0, SHOWN)
    .filter((value): value is Row => typeof value === 'object' && value !== null && !Array.isArray(value));
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return names.length > 0 ? { names, rows } : null;
}
