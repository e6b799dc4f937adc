import { join } from 'node:path';
import type { ImportOptions } from '@sluice/contracts/catalogue/imports';
import type { ReceivedFile } from '../sources/receive-source';
import { stageFile } from '../sources/stage-file';
import type { TextFormat } from '../sources/staged-file';
import type { Conversion, ImportedFile, ImportProgress } from './convert-file';

export interface ImportWork extends ImportProgress {
  /** A directory of this import alone; everything in it goes when the import ends. */
  directory: string;
  /** Makes the file of a version out of a received one, as `convertFile` does. */
  convert(conversion: Omit<Conversion, 'limits'>): Promise<ImportedFile>;
}

/** A received file that was taken apart once. It can become a version with these types, and then with others. */
export interface OpenedFile {
  /** Makes the version's file with these types. Throws FileRefused with every place that must be mended. */
  convert(types: ImportOptions['types']): Promise<ImportedFile>;
}

/** Takes a received file apart. Throws FileRefused where that cannot be done. */
export async function openFile(
  { path: source, kind, staged: atHand, warnings: received }: ReceivedFile,
  { reading }: Pick<ImportOptions, 'reading'>,
  work: ImportWork,
): Promise<OpenedFile> {
  const isText = kind === 'csv' || kind === 'tsv' || kind === 'json';
  const stage = () => stageFile(source, join(work.directory, 'staged'), { format: kind as TextFormat, reading }, work);
  const staged = isText ? (atHand ?? (await stage())) : null;
  const warnings = [...received, ...(staged?.warnings ?? [])];
  let made = 0;
  return {
    convert: async (types) => {
      const target = join(work.directory, `version-${++made}.parquet`);
      const imported = await work.convert({ staged, source, types, reading, target });
      return { ...imported, warnings: [...warnings, ...imported.warnings] };
    },
  };
}
