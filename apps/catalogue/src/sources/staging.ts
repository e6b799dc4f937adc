import { type FileHandle, open, rm } from 'node:fs/promises';
import { Unreadable } from '@sluice/records/unreadable';
import { CsvEvidence } from './csv-evidence';
import { scanBeginning } from './json-scan';
import { JsonStager } from './json-stager';
import { type OpenedCsv, openCsvStager, stagedFile, type TextOptions } from './open-stager';
import { SelectedColumns } from './selected-columns';
import type { StagedFile, StageProgress } from './staged-file';
import type { Stager } from './stager';

/** Small chunks: they are read on the event loop, which must not be held for long. */
export const CHUNK_BYTES = 64 * 1024;
/** So many bytes suggest how a text is written. */
const BEGIN_BYTES = 64 * 1024;

/**
 * Takes a text apart as its bytes come, by what its beginning suggests. Where the rest is otherwise, or its rows can only
 * be found in the whole of it, `end` tells so, and the file is taken apart once more.
 */
export class Staging {
  private stager: Stager | null = null;
  /** How a CSV text seems to be written. */
  private csv: OpenedCsv | null = null;
  private begin: Buffer[] = [];
  private beginBytes = 0;
  private isStarted = false;
  /** The beginning was the whole text. */
  private sawAll = false;
  /** Its quotes may have another meaning. */
  private hasBackslashQuotes = false;
  private failure: unknown = null;
  private ended = false;

  private constructor(
    private readonly target: string,
    private readonly output: FileHandle,
    private readonly options: TextOptions,
    private readonly progress: StageProgress,
  ) {}

  static async open(target: string, options: TextOptions, progress: StageProgress): Promise<Staging> {
    return new Staging(target, await open(target, 'wx'), options, progress);
  }

  /** The bytes must not change afterwards. */
  async push(bytes: Buffer): Promise<void> {
    if (this.isStarted) {
      if (this.stager) await this.stage(this.stager, bytes);
      return;
    }
    this.begin.push(bytes);
    this.beginBytes += bytes.length;
    if (this.beginBytes >= BEGIN_BYTES) await this.start(false);
  }

  /** The staged file, whose text `source` holds as it was pushed; null where it has to be looked at as a whole. */
  async end(source: string): Promise<StagedFile | null> {
    if (!this.isStarted) await this.start(true);
    const { stager } = this;
    if (!stager || this.isDoubtful()) return null;
    try {
      stager.end();
    } catch (error) {
      if (error instanceof Unreadable) return null;
      throw error;
    }
    if (this.isDoubtful()) return null;
    await this.write(stager);
    this.ended = true;
    return stagedFile(this.target, source, stager, this.csv ?? { dialect: null, warnings: [] });
  }

  /** Removes what did not come to its end. */
  async close(): Promise<void> {
    await this.output.close();
    if (!this.ended) await rm(this.target, { force: true });
  }

  private isDoubtful(): boolean {
    const mayBeOtherwise = !this.sawAll || this.hasBackslashQuotes;
    return this.failure !== null || (mayBeOtherwise && this.csv?.stager.hasDoubts === true);
  }

  private async start(isWhole: boolean): Promise<void> {
    const begin = Buffer.concat(this.begin);
    this.begin = [];
    this.isStarted = true;
    this.sawAll = isWhole;
    this.stager = this.options.format === 'json' ? this.openJson(begin) : this.openCsv(begin, isWhole);
    if (this.stager) await this.stage(this.stager, begin);
  }

  private openCsv(begin: Buffer, isWhole: boolean): Stager {
    const evidence = new CsvEvidence(this.options.reading.escape === '\\' ? '\\' : '"');
    evidence.push(begin);
    evidence.end(isWhole);
    this.hasBackslashQuotes = evidence.backslashQuotes > 0;
    this.csv = openCsvStager(evidence, this.options);
    return this.csv.stager;
  }

  /** An array of objects and objects one a line can be read as they come. */
  private openJson(begin: Buffer): Stager | null {
    if (this.options.reading.jsonPath !== undefined) return null;
    const { kind, first, next } = scanBeginning(begin);
    const selected = new SelectedColumns(this.options.reading.select);
    if (kind === 'array' && first === 'object') return new JsonStager(false, selected);
    return kind === 'object' && next !== null ? new JsonStager(true, selected) : null;
  }

  private async stage(stager: Stager, bytes: Buffer): Promise<void> {
    for (let at = 0; at < bytes.length && this.failure === null; at += CHUNK_BYTES) {
      this.progress.signal?.throwIfAborted();
      try {
        stager.push(bytes.subarray(at, at + CHUNK_BYTES));
      } catch (error) {
        if (!(error instanceof Unreadable)) throw error;
        this.failure = error;
        return;
      }
      await this.write(stager);
    }
  }

  private async write({ records, rows }: Stager): Promise<void> {
    await this.output.appendFile(records.wholeRows);
    records.dropWholeRows();
    this.progress.onRows(rows);
  }
}
