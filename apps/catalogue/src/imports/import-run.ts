import { createReadStream } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import type { ImportOptions } from '@sluice/contracts/catalogue/imports';
import type { ImportWarning, Reading } from '@sluice/contracts/catalogue/reading';
import type { Field } from '@sluice/contracts/fields';
import type { Clock } from '@sluice/runtime/clock';
import type { DiskSpace } from '@sluice/runtime/disk-space';
import { requestScope } from '@sluice/runtime/request-scope';
import { inStage } from '@sluice/runtime/tracing';
import type { AuditTrail } from '@sluice/storage/audit-trail';
import type { VersionClosing } from '../commits/version-closing';
import type { CatalogueConfig } from '../config/catalogue-config';
import type { Converters } from '../conversion/converters';
import { StorageFull } from '../engine/engine-errors';
import type { Engines } from '../engine/engines';
import { findKeyFault } from '../engine/key-fault';
import { literal } from '../engine/sql';
import { receiveSource } from '../receiving/receive-source';
import type { ReceivedFile } from '../receiving/received-file';
import { refuseFile } from '../sources/file-refused';
import type { StageProgress } from '../sources/staged-file';
import type { DatasetChanges } from '../stores/dataset-changes';
import type { DatasetDoc } from '../stores/dataset-doc';
import type { DatasetsStore } from '../stores/datasets.store';
import type { ImportDoc } from '../stores/import-doc';
import type { ImportsStore } from '../stores/imports.store';
import type { VersionFiles } from '../stores/stored-files';
import type { VersionsStore } from '../stores/versions.store';
import type { Conversion, ImportedFile } from '../typing/convert-file';
import { type OpenedFile, openFile } from '../typing/import-file';
import type { ImportConclusion } from './import-conclusion';
import { ImportAbandoned, importError, isOfTheFile } from './import-failure';
import { ImportLease } from './import-lease';
import { importDurations } from './import-metrics';
import { type ReviewedImport, reviewImport } from './import-review';

/** The parts of the catalogue that a run works with. */
export interface ImportParts {
  config: CatalogueConfig;
  clock: Clock;
  engines: Engines;
  converters: Converters;
  imports: ImportsStore;
  datasets: DatasetsStore;
  versions: VersionsStore;
  files: VersionFiles;
  changes: DatasetChanges;
  conclusion: ImportConclusion;
  closing: VersionClosing;
  trail: AuditTrail;
  disk: DiskSpace;
}

const INTERNAL = { code: 'internal', detail: 'The import failed for a reason of ours.', errors: [] };

/** Runs one import on the replica that owns it: receive, read, store, publish. A failure leaves nothing half done. */
export class ImportRun {
  private readonly logger = new Logger(ImportRun.name);
  private readonly directory: string;
  private readonly lease: ImportLease;

  constructor(
    private readonly parts: ImportParts,
    private readonly doc: ImportDoc,
    private readonly options: ImportOptions,
  ) {
    this.directory = join(parts.engines.directory, 'imports', doc._id);
    this.lease = new ImportLease(parts.imports, parts.clock, doc);
  }

  /** How many times the file was read anew. */
  private readings = 0;
  /** How long it waited for decisions. */
  private waitedMs = 0;

  /** Whose import it is. */
  readonly callerId = requestScope.getStore()?.actor?.id ?? 'system';

  /** Tells whether the work waits until somebody decides. */
  get isWaiting(): boolean {
    return this.lease.isWaiting;
  }

  get id(): string {
    return this.doc._id;
  }

  /** Looks for a decision now. */
  look(): void {
    this.lease.look();
  }

  /** Gives up soon; `finish` then concludes. */
  abandon(): void {
    this.lease.abandon();
  }

  /** Does the work and never throws: the document says how it ended, or the sweep of a replica will write it there. */
  async finish(upload: AsyncIterable<Uint8Array> & { close(): void }): Promise<void> {
    const { imports, conclusion, disk } = this.parts;
    const { signal } = this.lease;
    // An upload that stands still would never notice that it is no longer wanted.
    signal.addEventListener('abort', () => upload.close(), { once: true });
    this.lease.start();
    const startedMs = performance.now();
    let outcome: keyof typeof importDurations = 'failed';
    const unwatch = disk.onLook(() => {
      // One that waits writes nothing.
      if (disk.lack && !this.isWaiting) this.lease.abandon(new StorageFull(disk.lack));
    });
    try {
      await mkdir(this.directory, { recursive: true });
      const { version, warnings } = await this.work(upload);
      const { bytes, rows } = this.lease;
      await imports.finish(this.doc._id, { phase: 'done', version, error: null, bytes, rows, warnings });
      outcome = 'done';
    } catch (error) {
      const failure = importError(signal.aborted ? signal.reason : error);
      if (!failure) this.logger.error(error);
      else if (isOfTheFile(failure)) outcome = 'refused';
      // Before the failure is told, nothing of the import is left.
      await this.clear();
      await conclusion
        .conclude(this.doc, failure ?? INTERNAL)
        .catch((cause: unknown) => this.logger.warn(`${this.doc._id} is left to the sweep: ${String(cause)}`));
    } finally {
      unwatch();
      importDurations[outcome].add(performance.now() - startedMs - this.waitedMs);
      await this.lease.stop();
      await this.clear();
    }
  }

  private async clear(): Promise<void> {
    await rm(this.directory, { recursive: true, force: true });
  }

  private async work(upload: AsyncIterable<Uint8Array>): Promise<{ version: number; warnings: ImportWarning[] }> {
    const { config, converters, datasets, versions, files, changes, closing, trail } = this.parts;
    const { signal } = this.lease;
    const { _id, datasetId, versionId, fileId } = this.doc;
    const { directory } = this;
    const onRows = (rows: number) => {
      this.lease.rows = rows;
    };
    const progress = { onRows, signal };
    const received = await inStage('import: receive', () => this.receive(upload, progress));
    await this.lease.enter('reading');
    const { SLUICE_MAX_ROWS: maxRows, SLUICE_MAX_UNPACKED_BYTES: maxBytes } = config;
    const convert = (conversion: Omit<Conversion, 'limits'>) =>
      converters.convert({ ...conversion, limits: { maxRows, maxBytes } }, directory, progress);
    const receiveAgain = (first: ReceivedFile, reading: Reading) => this.receiveAgain(first, reading, progress);
    const { file, found } = await inStage('import: read', async () => {
      const opened = await openFile(received, this.options, { directory, convert, receiveAgain, ...progress });
      return { file: opened, found: await opened.convert(this.options) };
    });
    this.lease.rows = found.rowCount;
    const { imported, reading, remember, note, by } = this.options.review
      ? await this.review(file, found)
      : { ...this.options, imported: found, by: this.doc.startedBy };
    const said = Object.keys(reading).length > 0 ? JSON.stringify(reading) : undefined;
    const { rowCount, byteSize, fields, warnings, path } = imported;
    await this.lease.enter('storing');
    await versions.insert({
      _id: versionId,
      datasetId,
      fileId,
      fields,
      rowCount,
      byteSize,
      note,
      reading: said,
      warnings,
      createdAt: new Date(),
    });
    await inStage('import: store', () => files.store(fileId, versionId, path, signal));
    await this.lease.enter('publishing');
    const publishing = () =>
      datasets.publish(datasetId, {
        importId: _id,
        versionId,
        reading: remember ? said : undefined,
        check: (dataset) => this.checkKeys(dataset, path, fields),
        closeVersion: (latest) => closing.close(latest, _id),
        entryOf: ({ name }, number) =>
          trail.entry({
            action: 'dataset.version-published',
            resource: { id: datasetId, name },
            before: null,
            after: { importId: _id, version: number, versionId, rowCount, byteSize, note },
            by,
          }),
      });
    const published = await inStage('import: publish', publishing);
    if (!published) throw new ImportAbandoned('the import lost its right to publish');
    await changes.commit(published);
    const version = published.versions.find((each) => each.versionId === versionId)?.number;
    if (version === undefined) throw new Error('a published version is not in the list of its dataset');
    return { version, warnings };
  }

  private receive(upload: AsyncIterable<Uint8Array>, progress: StageProgress): Promise<ReceivedFile> {
    const { SLUICE_MAX_UPLOAD_BYTES: maxBytes, SLUICE_MAX_UNPACKED_BYTES: maxUnpackedBytes } = this.parts.config;
    const { format, gzip, reading, charset } = this.options;
    const onBytes = (bytes: number) => {
      progress.signal?.throwIfAborted();
      this.lease.bytes = bytes;
    };
    const limits = { maxBytes, maxUnpackedBytes, onBytes };
    const said = { format, gzip, reading, charset };
    return receiveSource(upload, join(this.directory, 'source'), { ...progress, ...limits, ...said });
  }

  /** Takes the bytes that are at hand for another upload of the same file. */
  private async receiveAgain(first: ReceivedFile, reading: Reading, progress: StageProgress): Promise<ReceivedFile> {
    const { SLUICE_MAX_UNPACKED_BYTES: maxBytes } = this.parts.config;
    if (!first.raw) return first;
    const name = `reading-${++this.readings}`;
    const path = join(this.directory, name);
    const limits = { maxBytes, maxUnpackedBytes: maxBytes, onBytes: () => {} };
    const { format } = this.options;
    const again = { ...progress, ...limits, format, gzip: false, reading };
    const received = await receiveSource(createReadStream(first.raw), path, again);
    await clearReadings(this.directory, name);
    return received;
  }

  /** Shows what was found, and waits for a decision that the file allows. */
  private review(file: OpenedFile, found: ImportedFile): Promise<ReviewedImport> {
    const { clock, config, engines } = this.parts;
    const limitMs = config.SLUICE_REVIEW_SECONDS * 1_000;
    const until = new Date(clock.wallMs() + limitMs);
    return reviewImport(engines.heavy, file, found, this.options, until, async (word) => {
      const fromMs = performance.now();
      try {
        return await this.lease.waitForDecision(word, limitMs);
      } finally {
        this.waitedMs += performance.now() - fromMs;
      }
    });
  }

  /** Holds the new version to the key fields of the dataset. */
  private async checkKeys({ keyFields }: DatasetDoc, path: string, fields: readonly Field[]): Promise<void> {
    const { engines, versions } = this.parts;
    await versions.setKeyFields(this.doc.versionId, keyFields ?? null);
    if (!keyFields) return;
    const fault = await findKeyFault(engines.heavy, `read_parquet(${literal(path)})`, fields, keyFields);
    if (fault) refuseFile(fault.code, `the dataset has key fields: ${fault.detail}`);
  }
}

/** Removes the files of earlier readings. */
async function clearReadings(directory: string, but: string): Promise<void> {
  const names = await readdir(directory);
  const earlier = names.filter((name) => name.startsWith('reading-') && !name.startsWith(but));
  await Promise.all(earlier.map((name) => rm(join(directory, name))));
}
