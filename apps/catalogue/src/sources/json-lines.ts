import { type FileHandle, open } from 'node:fs/promises';
import { refuseFile } from './file-refused';
import { elementsOf, isArrayText, isObjectText, splitArray, splitObject } from './json-elements';
import type { JsonRows } from './json-rows';
import type { JsonPlace } from './json-scan';

/** Writes rows that are no objects as objects, one a line, with every value as it was written. */
export async function writeAsLines(source: string, target: string, rows: JsonRows): Promise<void> {
  const [input, output] = await Promise.all([open(source, 'r'), open(target, 'wx')]);
  try {
    let lines: Buffer[] = [];
    let bytes = 0;
    for await (const line of linesOf(input, rows)) {
      lines.push(line);
      bytes += line.length;
      if (bytes < FLUSH_BYTES) continue;
      await output.appendFile(Buffer.concat(lines));
      [lines, bytes] = [[], 0];
    }
    await output.appendFile(Buffer.concat(lines));
  } finally {
    await Promise.all([input.close(), output.close()]);
  }
}

const FLUSH_BYTES = 256 * 1024;
/** Columns are read side by side, each with a buffer of its own. */
const MAX_COLUMNS = 1_000;

async function* linesOf(file: FileHandle, rows: JsonRows): AsyncGenerator<Buffer> {
  if (rows.are === 'arrays') yield* arrayLines(file, rows.start, rows.end);
  if (rows.are === 'features') {
    for await (const feature of elementsOf(file, rows.start, rows.end)) yield featureLine(feature);
  }
  if (rows.are === 'columns') yield* columnLines(file, rows.columns);
}

async function* arrayLines(file: FileHandle, start: number, end: number) {
  let names: readonly string[] | null = null;
  let row = 0;
  for await (const element of elementsOf(file, start, end)) {
    row++;
    if (!isArrayText(element)) refuseFile('mixed_rows', `Row ${row} is no array, where the first one is.`);
    const cells = splitArray(element);
    if (names === null) {
      const isHeader = cells.length > 0 && cells.every((cell) => cell[0] === 0x22);
      names = cells.map((cell, index) => (isHeader ? JSON.parse(cell.toString()) : `column_${index + 1}`));
      if (isHeader) continue;
    }
    if (cells.length > names.length) {
      refuseFile('wrong_field_count', `Row ${row} has ${cells.length} values where ${names.length} are named.`);
    }
    const keys: readonly string[] = names;
    yield objectLine(cells.map((cell, index) => [keys[index] ?? '', cell]));
  }
}

async function* columnLines(file: FileHandle, columns: ReadonlyMap<string, JsonPlace>) {
  if (columns.size > MAX_COLUMNS) refuseFile('too_many_columns', `At most ${MAX_COLUMNS} columns are possible.`);
  const readers = [...columns].map(([key, { start, end }]) => ({ key, values: elementsOf(file, start, end) }));
  for (let row = 1; ; row++) {
    const cells: [string, Buffer][] = [];
    for (const { key, values } of readers) {
      const { value } = await values.next();
      if (value) cells.push([key, value]);
    }
    if (cells.length === 0) return;
    if (cells.length < readers.length) {
      refuseFile('wrong_field_count', `Row ${row} has a value in ${cells.length} of ${readers.length} columns.`);
    }
    yield objectLine(cells);
  }
}

/** A row of GeoJSON (RFC 7946 section 3.2): the properties, the geometry, and where it is a point its coordinates. */
function featureLine(feature: Buffer): Buffer {
  const members = new Map(splitObject(feature).map(([key, value]) => [JSON.parse(key.toString()) as string, value]));
  const properties = members.get('properties');
  const cells = isObjectText(properties)
    ? splitObject(properties).map(([key, value]): [string, Buffer] => [JSON.parse(key.toString()), value])
    : [];
  const names = new Set(cells.map(([name]) => name));
  const add = (name: string, value: Buffer | undefined) => {
    if (value && !names.has(name)) cells.push([name, value]);
  };
  add('id', members.get('id'));
  const geometry = members.get('geometry');
  add('geometry', geometry);
  const parts = isObjectText(geometry) ? splitObject(geometry) : [];
  const part = (name: string) => parts.find(([key]) => key.toString() === `"${name}"`)?.[1];
  const coordinates = part('coordinates');
  if (part('type')?.toString() === '"Point"' && isArrayText(coordinates)) {
    const [lon, lat] = splitArray(coordinates);
    add('lon', lon);
    add('lat', lat);
  }
  return objectLine(cells);
}

function objectLine(cells: readonly (readonly [string, Buffer])[]): Buffer {
  const parts = cells.flatMap(([key, value], index) => [
    Buffer.from(`${index > 0 ? ',' : ''}${JSON.stringify(key)}:`),
    value,
  ]);
  return Buffer.concat([Buffer.from('{'), ...parts, Buffer.from('}\n')]);
}
