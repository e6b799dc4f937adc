import { join } from 'node:path';
import type { ImportOptions } from '@sluice/contracts/catalogue/imports';
import { FieldReading, MAX_WARNINGS } from '@sluice/contracts/catalogue/reading';
import type { ReceivedFile } from '../receiving/received-file';
import { stageFile } from '../sources/stage-file';
import type { StagedFile } from '../sources/staged-file';
import type { Conversion, ImportedFile, ImportProgress } from './convert-file';

/** How a file is to be read. */
export type Asked = Pick<ImportOptions, 'types' | 'reading'>;

export interface ImportWork extends ImportProgress {
  /** A directory of this import alone; everything in it goes when the import ends. */
  directory: string;
  /** Makes the file of a version out of a received one, as `convertFile` does. */
  convert(conversion: Omit<Conversion, 'limits'>): Promise<ImportedFile>;
  /** Receives the bytes of the file once more, to be read in another way. */
  receiveAgain(received: ReceivedFile, reading: ImportOptions['reading']): Promise<ReceivedFile>;
}

/** A received file that was taken apart. It can become a version in one way, and then in others. */
export interface OpenedFile {
  /** The beginning of its text. */
  readonly lines: string;
  /** Makes the version's file in this way. Throws FileRefused with every place that must be mended. */
  convert(asked: Asked): Promise<ImportedFile>;
}

/** Options of cells, of which a file is not taken apart anew. Blanks are another matter: they may stand around quotes. */
const CELL_OPTIONS: ReadonlySet<string> = new Set(
  ['fields', ...Object.keys(FieldReading.shape)].filter((option) => option !== 'trim'),
);

/** What decides how a file is taken apart, as a text to compare. */
function partingOf(reading: Asked['reading']): string {
  return JSON.stringify(Object.entries(reading).filter(([option]) => !CELL_OPTIONS.has(option)));
}

/** Takes a received file apart. Throws FileRefused where that cannot be done. */
export async function openFile(received: ReceivedFile, { reading }: Asked, work: ImportWork): Promise<OpenedFile> {
  let made = 0;
  let known: { parting: string; received: ReceivedFile; staged: StagedFile | null } | null = null;
  const open = async (from: ReceivedFile, as: Asked['reading']) => {
    known = { parting: partingOf(as), received: from, staged: await stage(from, as, work) };
    return known;
  };
  const read = async (other: Asked['reading']) => {
    if (known?.parting === partingOf(other)) return known;
    // What was read before goes, whether the other way is possible or not.
    known = null;
    return await open(await work.receiveAgain(received, other), other);
  };
  await open(received, reading);
  return {
    lines: received.begin ?? '',
    convert: async (asked) => {
      const { received, staged } = await read(asked.reading);
      const target = join(work.directory, `version-${++made}.parquet`);
      const imported = await work.convert({ staged, source: received.path, kind: received.kind, target, ...asked });
      const warnings = [...received.warnings, ...(staged?.warnings ?? []), ...imported.warnings];
      return { ...imported, warnings: warnings.slice(0, MAX_WARNINGS) };
    },
  };
}

async function stage(
  { path, kind, staged }: ReceivedFile,
  reading: ImportOptions['reading'],
  work: ImportWork,
): Promise<StagedFile | null> {
  if (kind !== 'csv' && kind !== 'tsv' && kind !== 'json') return null;
  return staged ?? (await stageFile(path, `${path}.staged`, { format: kind, reading }, work));
}
