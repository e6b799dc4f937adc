import type { ImportOptions } from '@sluice/contracts/catalogue/imports';
import type { Engine } from '../engine/engine';
import type { ReceivedFile } from '../receiving/received-file';
import { convertFile, type ImportedFile } from './convert-file';
import { openFile } from './import-file';

const limits = { maxRows: 1e8, maxBytes: 1e9 };

/** Turns a received file into a version's file, by an engine in this process instead of one of its own. */
export async function importFile(
  engine: Engine,
  received: ReceivedFile,
  options: ImportOptions,
  work: { directory: string; onRows(rows: number): void; signal?: AbortSignal },
): Promise<ImportedFile> {
  const convert: Parameters<typeof openFile>[2]['convert'] = (conversion) =>
    convertFile(engine, { ...conversion, limits }, work);
  const receiveAgain = () => Promise.reject(new Error('nobody asked for another reading'));
  const file = await openFile(received, options, { ...work, convert, receiveAgain });
  return file.convert(options);
}
