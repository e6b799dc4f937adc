import { type FileHandle, open } from 'node:fs/promises';
import type { Fault } from '@sluice/contracts/fault';
import { JsonRecordReader } from './json-record';
import { MAX_RECORD_BYTES } from './source-scanner';
import type { StagedFile } from './stage-file';

/** A row of a staged file: the line where it begins, and the byte. */
export interface RecordPlace {
  line: number;
  offset: number;
}

export type Place = Pick<Fault, 'line' | 'column'>;

const QUOTE = 0x22;
const [LINE_FEED, CARRIAGE_RETURN] = [0x0a, 0x0d];

/** Where the cells of a column stand in the source, as an editor counts: line and column from 1. */
export async function cellPlaces(staged: StagedFile, column: number, records: RecordPlace[]): Promise<Place[]> {
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
    staged.delimiter === null ? jsonCell(bytes, staged.labels[column]) : csvCell(bytes, staged.delimiter, column);
  const before = bytes.subarray(0, at).toString();
  const lines = before.split(/\r\n|\n|\r/);
  const last = [...(lines.at(-1) ?? '')].length;
  if (lines.length > 1) return { line: record.line + lines.length - 1, column: last + 1 };
  const indent = staged.delimiter === null ? await charactersBefore(file, record.offset) : 0;
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
  const reader = new JsonRecordReader();
  reader.read(bytes, 0);
  const members = reader.members.slice(0, reader.count).reverse();
  const member = members.find(
    ({ keyStart, keyEnd }) => JSON.parse(reader.text.toString('utf8', keyStart, keyEnd)) === label,
  );
  return member?.at ?? 0;
}

function csvCell(bytes: Buffer, delimiter: string, column: number): number {
  const end = delimiter.charCodeAt(0);
  let quoted = false;
  let field = 0;
  for (let at = 0; at < bytes.length; at++) {
    if (field === column) return at;
    const byte = bytes[at];
    if (byte === QUOTE) quoted = !quoted;
    else if (quoted) continue;
    else if (byte === end) field++;
    else if (byte === LINE_FEED || byte === CARRIAGE_RETURN) break;
  }
  return 0;
}
