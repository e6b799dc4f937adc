import { type FileHandle, open } from 'node:fs/promises';
import type { Fault } from '@sluice/contracts/fault';
import { CsvReader } from '@sluice/records/csv-reader';
import { JsonObjectReader } from '@sluice/records/json-object';
import { RecordBuffer } from '@sluice/records/record-buffer';
import type { Dialect } from './csv-dialect';
import type { StagedFile } from './staged-file';
import { MAX_RECORD_BYTES } from './staging-buffer';

/** A row of a staged file: the line where it begins, and the byte. */
export interface RecordPlace {
  line: number;
  offset: number;
}

export type Place = Pick<Fault, 'line' | 'column'>;

const LINE_FEED = 0x0a;
const CHUNK_BYTES = 16 * 1024;

/** Finds the places of a column's cells in the source, as an editor or a sheet counts: line and column from 1. */
export async function locateCells(staged: StagedFile, column: number, records: RecordPlace[]): Promise<Place[]> {
  const { firstColumn } = staged;
  if (firstColumn !== undefined) return records.map(({ line }) => ({ line, column: firstColumn + column + 1 }));
  const file = await open(staged.source, 'r');
  try {
    const places: Place[] = [];
    for (const record of records) places.push(await cellPlace(file, staged, column, record));
    return places;
  } finally {
    await file.close();
  }
}

async function cellPlace(file: FileHandle, staged: StagedFile, column: number, record: RecordPlace): Promise<Place> {
  const bytes = await slice(file, record.offset, MAX_RECORD_BYTES);
  const at =
    staged.dialect === null
      ? jsonCell(bytes, staged.labels[column])
      : csvCell(bytes, staged.dialect, staged.sourceColumns?.[column] ?? column);
  const before = bytes.subarray(0, at).toString();
  const lines = before.split(/\r\n|\n|\r/);
  const last = [...(lines.at(-1) ?? '')].length;
  if (lines.length > 1) return { line: record.line + lines.length - 1, column: last + 1 };
  const indent = staged.dialect === null ? await charactersBefore(file, record.offset) : 0;
  return { line: record.line, column: indent === null ? undefined : indent + last + 1 };
}

/** The characters between the beginning of the line and the offset; null when the line begins too far away. */
async function charactersBefore(file: FileHandle, offset: number): Promise<number | null> {
  const from = Math.max(0, offset - MAX_RECORD_BYTES);
  const bytes = await slice(file, from, offset - from);
  const newline = bytes.lastIndexOf(LINE_FEED);
  if (newline === -1 && from > 0) return null;
  return [...bytes.subarray(newline + 1).toString()].length;
}

async function slice(file: FileHandle, offset: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, offset);
  return buffer.subarray(0, bytesRead);
}

function jsonCell(bytes: Buffer, label: string | undefined): number {
  const reader = new JsonObjectReader();
  reader.read(bytes, 0);
  const members = reader.members.slice(0, reader.count).reverse();
  const member = members.find(
    ({ keyStart, keyEnd }) => JSON.parse(reader.text.toString('utf8', keyStart, keyEnd)) === label,
  );
  return member?.at ?? 0;
}

/** Finds the byte where a cell of the first record begins: in a record of `column` cells it is the first one too many. */
function csvCell(bytes: Buffer, { skip: _, header: __, ...form }: Dialect, column: number): number {
  if (column === 0) return 0;
  let found: number | undefined;
  const oddRow = (_cells: number, { offset }: { offset: number }) => {
    found ??= offset;
  };
  const sink = { records: new RecordBuffer(), columns: () => {}, row: () => {}, oddRow };
  const reader = new CsvReader(sink, { ...form, width: column });
  for (let at = 0; at < bytes.length && found === undefined; at += CHUNK_BYTES) {
    reader.push(bytes.subarray(at, at + CHUNK_BYTES));
  }
  if (found === undefined) reader.end();
  return found ?? 0;
}
