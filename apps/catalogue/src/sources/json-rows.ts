import type { FileHandle } from 'node:fs/promises';
import { refuseFile } from './file-refused';
import { type JsonPlace, type ScannedValue, scanValue } from './json-scan';

/** Where the rows of a JSON file are, and how they are written. */
export type JsonRows =
  | { are: 'objects'; start: number; end: number }
  | { are: 'lines' }
  /** Arrays, of which the first one may name the columns. */
  | { are: 'arrays'; start: number; end: number }
  | { are: 'features'; start: number; end: number }
  | { are: 'columns'; columns: ReadonlyMap<string, JsonPlace> }
  | { are: 'one'; start: number; end: number };

const HINT = 'Name the place of the rows by jsonPath, such as $.results.';

/** Finds the rows in a JSON file: where the path says, or in the only place that can hold them. */
export async function findJsonRows(file: FileHandle, jsonPath: string | undefined): Promise<JsonRows> {
  let value = await scanValue(file, 0);
  if (jsonPath === undefined && value.next !== null && value.kind !== 'other') return { are: 'lines' };
  for (const key of keysOf(jsonPath)) {
    const member = value.members.get(key);
    if (!member) refuseFile('no_rows', `There is nothing at ${jsonPath}. ${toldMembers(value)}`, { name: 'jsonPath' });
    value = await scanValue(file, member.start, member.end);
  }
  return await rowsIn(file, value);
}

async function rowsIn(file: FileHandle, value: ScannedValue): Promise<JsonRows> {
  if (value.kind === 'other') refuseFile('no_rows', `The JSON holds no rows there. ${HINT}`);
  if (value.kind === 'array') return ofArray(value);
  const { members } = value;
  const features = members.get('features');
  if (features?.kind === 'array' && (await textOf(file, members.get('type'))) === 'FeatureCollection') {
    return { are: 'features', start: features.start, end: features.end };
  }
  const arrays = [...members].filter(([, { kind, first }]) => kind === 'array' && first !== null && first !== 'other');
  const [[, only] = [null, null]] = arrays;
  const data = members.get('data');
  if (only && arrays.length === 1) return ofArray(only);
  if (data?.kind === 'array' && data.first !== 'other' && data.first !== null) return ofArray(data);
  if (arrays.length > 1) {
    const paths = arrays.slice(0, 20).map(([key]) => `$.${key}`);
    refuseFile('several_tables', `Several members hold rows: ${paths.join(', ')}. Choose one by jsonPath.`);
  }
  const isOfColumns = members.size > 0 && [...members.values()].every(({ kind }) => kind === 'array');
  if (isOfColumns) return { are: 'columns', columns: members };
  return { are: 'one', start: value.start, end: value.end };
}

function ofArray({ first, start, end }: JsonPlace): JsonRows {
  if (first === 'other') refuseFile('no_rows', 'The array holds single values, and no rows.');
  return { are: first === 'array' ? 'arrays' : 'objects', start, end };
}

/** The keys of a path such as `$.data.items`, `data.items[*]` or `/data/items`. */
function keysOf(path = ''): string[] {
  if (path.startsWith('/'))
    return path
      .slice(1)
      .split('/')
      .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
  return path
    .replace(/^\$/, '')
    .replace(/\[['"](.*?)['"]\]/g, '.$1')
    .replace(/\[\*?\]$/, '')
    .split('.')
    .filter((key) => key !== '');
}

function toldMembers({ members }: ScannedValue): string {
  const names = [...members.keys()].slice(0, 20);
  return names.length > 0 ? `The members there are ${names.join(', ')}.` : 'There are no members.';
}

async function textOf(file: FileHandle, place: JsonPlace | undefined): Promise<string | null> {
  if (place?.kind !== 'other') return null;
  const text = (await bytesOf(file, place)).toString();
  return text.startsWith('"') ? text.trim().slice(1, -1) : null;
}

const MAX_NAMES_BYTES = 1024 * 1024;

async function bytesOf(file: FileHandle, { start, end }: JsonPlace): Promise<Buffer> {
  const length = Math.min(end - start, MAX_NAMES_BYTES);
  const { buffer } = await file.read(Buffer.alloc(length), 0, length, start);
  return buffer;
}
