import { type BeforeApplicationShutdown, Inject, Injectable } from '@nestjs/common';
import type { ReplyOf, RequestOf } from '@sluice/contracts/contract';
import { getImport, type Import, startImport } from '@sluice/contracts/imports';
import { Bus } from '@sluice/messaging/bus';
import { refuse, ServiceError } from '@sluice/messaging/service-error';
import { StreamReceiver } from '@sluice/messaging/stream-receiver';
import { newId } from '@sluice/runtime/ids';
import { instanceId } from '@sluice/runtime/logging';
import { auditedRequest } from '@sluice/storage/audit-entry';
import { AuditTrail } from '@sluice/storage/audit-trail';
import { Types } from 'mongoose';
import { CATALOGUE_CONFIG, type CatalogueConfig } from '../config';
import { DatasetChanges } from '../datasets/dataset-changes';
import { DatasetsStore } from '../datasets/datasets.store';
import { Engines } from '../engine/engines';
import { VersionClosing } from '../segments/version-closing';
import { VersionFiles } from '../versions/version-files';
import { VersionsStore } from '../versions/versions.store';
import { ImportConclusion } from './import-conclusion';
import { presentImport } from './import-doc';
import { type ImportParts, ImportRun } from './import-run';
import { ImportsStore } from './imports.store';

/** Each holds files and shares two queries at a time with all others: more would only be slower together. */
const MAX_RUNNING = 32;

/** Starts imports on this replica, and tells about any. */
@Injectable()
export class ImportsService implements BeforeApplicationShutdown {
  private readonly running = new Map<ImportRun, Promise<void>>();
  private readonly parts: ImportParts;

  constructor(
    private readonly bus: Bus,
    private readonly imports: ImportsStore,
    private readonly datasets: DatasetsStore,
    @Inject(CATALOGUE_CONFIG) config: CatalogueConfig,
    engines: Engines,
    versions: VersionsStore,
    files: VersionFiles,
    changes: DatasetChanges,
    conclusion: ImportConclusion,
    closing: VersionClosing,
    trail: AuditTrail,
  ) {
    this.parts = { config, engines, imports, datasets, versions, files, changes, conclusion, closing, trail };
  }

  /** The caller sends the file to the subject in the reply; this replica goes on by itself from there. */
  async start({ datasetId, ...options }: RequestOf<typeof startImport>): Promise<ReplyOf<typeof startImport>> {
    if (this.running.size >= MAX_RUNNING) throw new ServiceError('overloaded', 'too many imports are running');
    const doc = await this.imports.insert({
      _id: newId('imp'),
      datasetId,
      phase: 'receiving',
      bytes: 0,
      rows: 0,
      versionId: newId('ver'),
      fileId: new Types.ObjectId(),
      version: null,
      warnings: [],
      error: null,
      owner: instanceId,
      startedBy: auditedRequest(),
      createdAt: new Date(),
      finishedAt: null,
    });
    if (!(await this.datasets.openImport(datasetId, doc._id))) {
      await this.imports.remove(doc._id);
      throw refuse(startImport, 'dataset_not_found');
    }
    const receiver = await StreamReceiver.open(this.bus);
    this.run(new ImportRun(this.parts, doc, options), receiver);
    return { import: presentImport(doc), uploadSubject: receiver.subject };
  }

  async get(importId: string): Promise<Import> {
    const doc = await this.imports.find(importId);
    if (!doc) throw refuse(getImport, 'import_not_found');
    return presentImport(doc);
  }

  /** Imports that cannot end in time are given up cleanly: the publisher is told to send the file again. */
  async beforeApplicationShutdown(): Promise<void> {
    for (const run of this.running.keys()) run.abandon();
    await Promise.all(this.running.values());
  }

  private run(run: ImportRun, upload: StreamReceiver): void {
    const ended = run.finish(upload).finally(() => {
      upload.close();
      this.running.delete(run);
    });
    this.running.set(run, ended);
  }
}
