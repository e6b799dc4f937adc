import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import {
  cancelImport,
  getImport,
  getImportReview,
  type Import,
  listImports,
  publishImport,
  startImport,
} from '@sluice/contracts/catalogue/imports';
import type { ReplyOf, RequestOf } from '@sluice/contracts/contract';
import { Bus } from '@sluice/messaging/bus';
import type { Answer } from '@sluice/messaging/handles';
import { refuse, ServiceError } from '@sluice/messaging/service-error';
import { StreamReceiver } from '@sluice/messaging/stream-receiver';
import { DiskSpace } from '@sluice/runtime/disk-space';
import { newId } from '@sluice/runtime/ids';
import { instanceId } from '@sluice/runtime/logging';
import { auditedRequest } from '@sluice/storage/audit-entry';
import { listPage } from '@sluice/storage/list-page';
import { Types } from 'mongoose';
import { DatasetsStore } from '../stores/datasets.store';
import { presentImport } from '../stores/import-doc';
import { ImportsStore } from '../stores/imports.store';
import { ImportConclusion } from './import-conclusion';
import { cancelled } from './import-failure';
import type { ImportRun } from './import-run';
import { ImportRuns } from './import-runs';

/** Each holds files and shares two queries at a time with all others: more would only be slower together. */
const MAX_RUNNING = 32;
/** Imports that wait for somebody cost nothing but the disk that their files take. */
const MAX_WAITING = 32;

/** Starts imports on this replica, and tells about any. */
@Injectable()
export class ImportsService implements BeforeApplicationShutdown {
  private readonly running = new Map<ImportRun, Promise<void>>();

  constructor(
    private readonly bus: Bus,
    private readonly imports: ImportsStore,
    private readonly datasets: DatasetsStore,
    private readonly conclusion: ImportConclusion,
    private readonly runs: ImportRuns,
    private readonly disk: DiskSpace,
  ) {}

  /** The caller sends the file to the subject in the reply; this replica goes on by itself from there. */
  async start({ datasetId, ...options }: RequestOf<typeof startImport>): Promise<ReplyOf<typeof startImport>> {
    if (this.disk.lack) throw refuse(startImport, 'storage_full', this.disk.lack);
    const waiting = [...this.running.keys()].filter(({ isWaiting }) => isWaiting).length;
    if (this.running.size - waiting >= MAX_RUNNING) {
      throw new ServiceError('overloaded', 'too many imports are running');
    }
    if (options.review && waiting >= MAX_WAITING) {
      throw new ServiceError('overloaded', 'too many imports wait for a decision');
    }
    const doc = await this.imports.insert({
      _id: newId('imp'),
      datasetId,
      fileName: options.fileName ?? null,
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
    this.run(this.runs.make(doc, options), receiver);
    return { import: presentImport(doc), uploadSubject: receiver.subject };
  }

  async get(importId: string): Promise<Import> {
    const doc = await this.imports.find(importId);
    if (!doc) throw refuse(getImport, 'import_not_found');
    return presentImport(doc);
  }

  /** The dataset names those that may still publish, so that the many that have ended are never looked through. */
  async list({ datasetId, ...request }: RequestOf<typeof listImports>): Promise<ReplyOf<typeof listImports>> {
    const dataset = await this.datasets.find(datasetId);
    if (!dataset) throw refuse(listImports, 'dataset_not_found');
    return await listPage(
      request,
      (below, limit) => this.imports.open(dataset.openImports, below, limit),
      presentImport,
    );
  }

  async review(importId: string): Promise<Answer<typeof getImportReview>> {
    const doc = await this.imports.find(importId);
    if (!doc) throw refuse(getImportReview, 'import_not_found');
    if (!doc.review) throw refuse(getImportReview, 'import_not_waiting');
    const { rows, until, note = '', ...head } = doc.review;
    return { head: { ...head, note, until: until.toISOString() }, bytes: Buffer.from(rows) };
  }

  /** Its owner sees the decision in the import's document and goes on. */
  async publish({ importId, types, note }: RequestOf<typeof publishImport>): Promise<Import> {
    const doc = await this.imports.decide(importId, {
      types: Object.entries(types),
      note: note ?? null,
      by: auditedRequest(),
    });
    if (doc) return presentImport(doc);
    await this.get(importId);
    throw refuse(publishImport, 'import_not_waiting');
  }

  /** Cancels an import: its owner finds the right to publish gone, and gives up. */
  async cancel(importId: string): Promise<Import> {
    const doc = await this.imports.cancel(importId, auditedRequest());
    if (doc) await this.conclusion.conclude(doc, cancelled);
    const ended = await this.get(importId);
    if (ended.error?.code !== cancelled.code) throw refuse(cancelImport, 'import_finished');
    return ended;
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
