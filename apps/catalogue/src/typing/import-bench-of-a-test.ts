import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ImportFormat, ImportOptions } from '@sluice/contracts/catalogue/imports';
import type { z } from 'zod';
import { Engine } from '../engine/engine';
import { rowJson } from '../engine/row-json';
import { receiveSource } from '../receiving/receive-source';
import { FileRefused } from '../sources/file-refused';
import { importFile } from './import-of-a-test';

const progress = { onRows: () => {} };

type Options = Partial<z.input<typeof ImportOptions>>;

const data = join(__dirname, '../../../../node_modules/vega-datasets/data');

/** Imports files as the catalogue does, from their bytes to the Parquet file of a version, without a database. */
export class ImportBench {
  private constructor(
    readonly root: string,
    readonly engine: Engine,
  ) {}

  static async open(): Promise<ImportBench> {
    const root = await mkdtemp(join(tmpdir(), 'catalogue-import-'));
    const limits = { memoryBytes: 256e6, threads: 2, running: 2, waiting: 9, keepsFooters: true, keepsOrder: true };
    return new ImportBench(root, await Engine.open({ directory: root, name: 'heavy', ...limits }));
  }

  async close(): Promise<void> {
    this.engine.close();
    await rm(this.root, { recursive: true });
  }

  async import(source: AsyncIterable<Uint8Array>, format: ImportFormat, options: Options = {}) {
    const directory = await mkdtemp(join(this.root, 'one-'));
    const parsed = ImportOptions.parse({ ...options, format });
    const limits = { maxBytes: 1e8, maxUnpackedBytes: 1e8, onBytes: () => {} };
    const received = await receiveSource(source, join(directory, 'upload'), { ...parsed, ...limits, ...progress });
    const result = await importFile(this.engine, received, parsed, { directory, ...progress });
    const sql = `SELECT ${rowJson(result.fields)} FROM read_parquet('${result.path}')`;
    const rows = async (limit = 10) => (await this.engine.query(`${sql} LIMIT ${limit}`)).map(([json]) => String(json));
    const types = Object.fromEntries(
      result.fields.map(({ name, type, scale }) => [name, scale ? `${type}(${scale})` : type]),
    );
    return { ...result, rows, types };
  }

  /** Imports a data set that people use. */
  importReal(name: string, format: ImportFormat) {
    return this.import(createReadStream(join(data, name)), format);
  }

  importText(content: string | Buffer, format: ImportFormat = 'csv', options: Options = {}) {
    return this.import(inChunks(Buffer.from(content)), format, options);
  }
}

export async function* inChunks(bytes: Buffer, size = 1000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** The refusal that the work ends with; fails where it does not. */
export async function refusalOf(work: Promise<unknown>): Promise<FileRefused> {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (error instanceof FileRefused) return error;
  throw new Error('the file was not refused', { cause: error });
}
