import type { Row } from '../../server/rows';

/** The beginning of a file as it looks from here: the server reads all of it, and decides. */
export interface FirstRows {
  names: string[];
  rows: Row[];
}

const BEGINNING = 64 * 1024;
const WHOLE_JSON = 1024 * 1024;
const SHOWN = 20;
const delimiters = [',', ';', '\t', '|'];

/** Null for what cannot be looked into here: packed files, Parquet, long JSON. */
export async function firstRows(
  file: File,
  { delimiter, header }: { delimiter: string; header: boolean },
): Promise<FirstRows | null> {
  const extension = file.name.toLowerCase().split('.').pop() ?? '';
  try {
    if (['csv', 'tsv', 'tab'].includes(extension)) return await csvRows(file, delimiter, header);
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

async function csvRows(file: File, delimiter: string, header: boolean): Promise<FirstRows | null> {
  const { parse } = await import('csv-parse/browser/esm/sync');
  const text = await beginning(file);
  const records: string[][] = parse(text, {
    bom: true,
    delimiter: delimiter || likely(text),
    to: SHOWN + 1,
    relax_column_count: true,
    skip_empty_lines: true,
  });
  const [first = []] = records;
  if (first.length === 0) return null;
  const names = header ? first : first.map((_, at) => `column_${at + 1}`);
  const rows = (header ? records.slice(1) : records).slice(0, SHOWN);
  return { names, rows: rows.map((cells) => Object.fromEntries(names.map((name, at) => [name, cells[at] ?? '']))) };
}

/** The separator that the first line has most of. */
function likely(text: string): string {
  const [line = ''] = text.split('\n');
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
