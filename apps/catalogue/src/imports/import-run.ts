import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { ImportOptions, ImportPhase } from '@sluice/contracts/catalogue/imports';
import type { Field } from '@sluice/contracts/fields';
import type { Clock } from '@sluice/runtime/clock';
import { Ticker } from '@sluice/runtime/ticker';
import type { AuditTrail } from '@sluice/storage/audit-trail';
import type { VersionClosing } from '../commits/version-closing';
import type { CatalogueConfig } from '../config/catalogue-config';
import type { Engines } from '../engine/engines';
import { keyFault } from '../engine/key-fault';
import { literal } from '../engine/sql';
import { refuseFile } from '../sources/file-refused';
import { type ReceivedFile, receiveSource } from '../sources/receive-source';
import { type StageProgress, Staging } from '../sources/stage-file';
import type { DatasetChanges } from '../stores/dataset-changes';
import type { DatasetDoc } from '../stores/dataset-doc';
import type { DatasetsStore } from '../stores/datasets.store';
import type { Decision, ImportDoc } from '../stores/import-doc';
import type { ImportsStore } from '../stores/imports.store';
import type { VersionFiles } from '../stores/version-files';
import type { VersionsStore } from '../stores/versions.store';
import { openFile } from '../typing/import-file';
import type { ImportConclusion } from './import-conclusion';
import { expired, ImportAbandoned, importError } from './import-failure';
import { agreed, type ReviewWord } from './import-review';

/** What a run works with. */
export interface ImportParts {
  config: CatalogueConfig;
  clock: Clock;
  engines: Engines;
  imports: ImportsStore;
  datasets: DatasetsStore;
  versions: VersionsStore;
  files: VersionFiles;
  changes: DatasetChanges;
  conclusion: ImportConclusion;
  closing: VersionClosing;
  trail: AuditTrail;
}

const RENEW_MS = 1_000;
/** How soon a decision is seen. */
const ASK_MS = 500;
const INTERNAL = { code: 'internal', detail: 'The import failed for a reason of ours.', errors: [] };

/** One import on the replica that owns it: receive, read, store, publish. Whatever goes wrong, nothing half is left. */
export class ImportRun {
  private readonly logger = new Logger(ImportRun.name);
  private readonly abandoned = new AbortController();
  private readonly directory: string;
  private phase: ImportPhase = 'receiving';
  private bytes = 0;
  private rows = 0;
  /** What else the next renewal is to write. */
  private word: ReviewWord = {};
  private lastRenewal: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly parts: ImportParts,
    private readonly doc: ImportDoc,
    private readonly options: ImportOptions,
  ) {
    this.directory = join(parts.engines.directory, 'imports', doc._id);
  }

  /** Done with its work until somebody decides. */
  get isWaiting(): boolean {
    return this.phase === 'review';
  }

  /** Gives up soon; `finish` then concludes. */
  abandon(): void {
    this.abandoned.abort(new ImportAbandoned('the import was given up'));
  }

  /** Never throws: how the import ended stands in its document, or the sweep of a replica will write it there. */
  async finish(upload: AsyncIterable<Uint8Array> & { close(): void }): Promise<void> {
    const { imports, conclusion } = this.parts;
    const { signal } = this.abandoned;
    // An upload that stands still would never notice that it is no longer wanted.
    signal.addEventListener('abort', () => upload.close(), { once: true });
    const renewing = new Ticker({
      name: ImportRun.name,
      everyMs: RENEW_MS,
      turn: async () => {
        await this.renew();
      },
    });
    renewing.start();
    try {
      await mkdir(this.directory, { recursive: true });
      const { version, warnings } = await this.work(upload);
      const { bytes, rows } = this;
      await imports.finish(this.doc._id, { phase: 'done', version, error: null, bytes, rows, warnings });
    } catch (error) {
      const told = importError(signal.aborted ? signal.reason : error);
      if (!told) this.logger.error(error);
      // Who is told that the import failed finds nothing of it any more.
      await this.clear();
      await conclusion
        .conclude(this.doc, told ?? INTERNAL)
        .catch((failure: unknown) => this.logger.warn(`${this.doc._id} is left to the sweep: ${String(failure)}`));
    } finally {
      await renewing.stop();
      await this.clear();
    }
  }

  private async clear(): Promise<void> {
    await rm(this.directory, { recursive: true, force: true });
  }

  private async work(upload: AsyncIterable<Uint8Array>): Promise<{ version: number; warnings: string[] }> {
    const { engines, datasets, versions, files, changes, closing, trail } = this.parts;
    const { signal } = this.abandoned;
    const { _id, datasetId, versionId, fileId } = this.doc;
    const { directory } = this;
    const onRows = (rows: number) => {
      this.rows = rows;
    };
    const received = await this.receive(upload, { onRows, signal });
    await this.enter('reading');
    const file = await openFile(engines.heavy, received, this.options, { directory, onRows, signal });
    const found = await file.as(this.options.types);
    this.rows = found.rowCount;
    const { imported, note, by } = this.options.review
      ? await agreed(engines.heavy, file, found, this.options, this.reviewEnd(), (word) => this.ask(word))
      : { imported: found, note: this.options.note, by: this.doc.startedBy };
    const { rowCount, byteSize, fields, warnings, path } = imported;
    await this.enter('storing');
    await versions.insert({
      _id: versionId,
      datasetId,
      fileId,
      fields,
      rowCount,
      byteSize,
      note,
      createdAt: new Date(),
    });
    await files.store(fileId, versionId, path, signal);
    await this.enter('publishing');
    const published = await datasets.publish(
      datasetId,
      _id,
      versionId,
      (dataset) => this.checkKeys(dataset, path, fields),
      (latest) => closing.close(latest, _id),
      ({ name }, number) =>
        trail.entry({
          action: 'dataset.version-published',
          resource: { id: datasetId, name },
          before: null,
          after: { importId: _id, version: number, versionId, rowCount, byteSize, note },
          by,
        }),
    );
    if (!published) throw new ImportAbandoned('the import lost its right to publish');
    await changes.commit(published);
    const version = published.versions.find((each) => each.versionId === versionId)?.number;
    if (version === undefined) throw new Error('a published version is not in the list of its dataset');
    return { version, warnings };
  }

  private async receive(upload: AsyncIterable<Uint8Array>, progress: StageProgress): Promise<ReceivedFile> {
    const { config } = this.parts;
    const { format, gzip } = this.options;
    const asItComes = join(this.directory, 'staged-as-it-comes');
    const staging = format === 'parquet' ? null : await Staging.open(asItComes, this.options, progress);
    try {
      return await receiveSource(upload, join(this.directory, 'source'), {
        format,
        gzip,
        staging,
        maxBytes: config.SLUICE_MAX_UPLOAD_BYTES,
        maxUnpackedBytes: config.SLUICE_MAX_UNPACKED_BYTES,
        onBytes: (bytes) => {
          progress.signal?.throwIfAborted();
          this.bytes = bytes;
        },
      });
    } finally {
      await staging?.close();
    }
  }

  private reviewEnd(): Date {
    return new Date(this.parts.clock.wallMs() + this.parts.config.SLUICE_REVIEW_SECONDS * 1_000);
  }

  /** Shows the word to whoever decides, and waits for the next decision. */
  private async ask(word: ReviewWord): Promise<Decision> {
    const { clock, config } = this.parts;
    const untilMs = clock.monotonicMs() + config.SLUICE_REVIEW_SECONDS * 1_000;
    this.phase = 'review';
    this.word = word;
    for (;;) {
      const doc = await this.renew();
      this.abandoned.signal.throwIfAborted();
      if (doc?.decision) return doc.decision;
      if (clock.monotonicMs() >= untilMs) throw new ImportAbandoned('nobody decided', expired);
      await delay(ASK_MS, undefined, { signal: this.abandoned.signal });
    }
  }

  /** Key fields that the dataset has hold for the new version too. */
  private async checkKeys({ keyFields }: DatasetDoc, path: string, fields: readonly Field[]): Promise<void> {
    const { engines, versions } = this.parts;
    await versions.setKeyFields(this.doc.versionId, keyFields ?? null);
    if (!keyFields) return;
    const fault = await keyFault(engines.heavy, `read_parquet(${literal(path)})`, fields, keyFields);
    if (fault) refuseFile(fault.code, `the dataset has key fields: ${fault.detail}`);
  }

  private async enter(phase: ImportPhase): Promise<void> {
    this.phase = phase;
    await this.renew();
    this.abandoned.signal.throwIfAborted();
  }

  /** One after the other, so that none writes what was before. */
  private renew(): Promise<ImportDoc | null> {
    const renewal = this.lastRenewal.then(() => this.renewNow());
    this.lastRenewal = renewal;
    return renewal;
  }

  /** A renewal that cannot be written leaves the lease to run out; one that is refused means that it has. */
  private async renewNow(): Promise<ImportDoc | null> {
    const { phase, bytes, rows, word } = this;
    try {
      const doc = await this.parts.imports.renew(this.doc._id, this.doc.owner, { phase, bytes, rows, ...word });
      if (!doc) this.abandon();
      else if (this.word === word) this.word = {};
      return doc;
    } catch (error) {
      this.logger.warn(`${this.doc._id} could not renew its lease: ${String(error)}`);
      return null;
    }
  }
}
