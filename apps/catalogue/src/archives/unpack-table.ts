import { open } from 'node:fs/promises';
import type { ImportFormat } from '@sluice/contracts/catalogue/imports';
import { refuseFile } from '../sources/file-refused';
import { ZipFile, type ZipLimits } from './zip-file';

/** Endings of files that are tables, and what they are; null where only the content tells. */
const TABLES: ReadonlyMap<string, ImportFormat | null> = new Map<string, ImportFormat | null>([
  ['csv', 'csv'],
  ['tsv', 'tsv'],
  ['tab', 'tsv'],
  ['txt', null],
  ['json', 'json'],
  ['geojson', 'json'],
  ['ndjson', 'ndjson'],
  ['jsonl', 'ndjson'],
  ['parquet', 'parquet'],
  ['xlsx', 'xlsx'],
  ['ods', 'ods'],
]);
const MAX_TOLD = 20;

/** The one table of an archive, unpacked. */
export interface UnpackedTable {
  /** Its name in the archive. */
  name: string;
  /** What its ending says that it is; null for `txt`. */
  format: ImportFormat | null;
}

/** Unpacks the one table of a ZIP file into `target`. Refuses a file with none, or with several, by their names. */
export async function unpackTable(source: string, target: string, limits: ZipLimits): Promise<UnpackedTable> {
  const zip = await ZipFile.open(source, limits);
  try {
    const { name, format } = oneTable(zip.names);
    const file = await open(target, 'wx');
    try {
      for await (const chunk of zip.read(name)) await file.appendFile(chunk);
    } finally {
      await file.close();
    }
    return { name, format };
  } finally {
    zip.close();
  }
}

function oneTable(names: readonly string[]): UnpackedTable {
  const shown = names.filter((name) => !name.endsWith('/') && !name.split('/').some(isBeside));
  const tables = shown.flatMap((name): UnpackedTable[] => {
    const format = TABLES.get(name.split('.').at(-1)?.toLowerCase() ?? '');
    return format === undefined ? [] : [{ name, format }];
  });
  const [table] = tables;
  if (!table) refuseFile('no_table', `The ZIP file holds no table: ${told(shown)}.`);
  if (tables.length > 1) {
    const several = told(tables.map(({ name }) => name));
    refuseFile('several_tables', `The ZIP file holds several tables: ${several}. Send one of them.`);
  }
  return table;
}

/** What the programs that pack leave beside the files. */
function isBeside(part: string): boolean {
  return part === '__MACOSX' || (part.startsWith('.') && part !== '.' && part !== '..');
}

function told(names: readonly string[]): string {
  if (names.length === 0) return 'it is empty';
  const first = names.slice(0, MAX_TOLD).map((name) => JSON.stringify(name.slice(0, 200)));
  return names.length > MAX_TOLD ? `${first.join(', ')} and ${names.length - MAX_TOLD} more` : first.join(', ');
}
