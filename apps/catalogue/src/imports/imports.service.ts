import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import { importDecided } from '@sluice/contracts/catalogue/catalogue-events';
import {
  cancelImport,
  getImport,
  getImportReview,
  type Import,
  listImports,
  publishImport,
  startImport,
  type tryReading,
} from '@sluice/contracts/catalogue/imports';
import { Reading } from '@sluice/contracts/catalogue/reading';
import type { ReplyOf, RequestOf } from '@sluice/contracts/contract';
import { Bus } from '@sluice/messaging/bus';
import { Events } from '@sluice/messaging/events';
import type { Answer } from '@sluice/messaging/handles';
import { refuse, ServiceError } from '@sluice/messaging/service-error';
import { StreamReceiver } from '@sluice/messaging/stream-receiver';
import { DiskSpace } from '@sluice/runtime/disk-space';
import { newId } from '@sluice/runtime/ids';
import { instanceId } from '@sluice/runtime/logging';
import { requestScope } from '@sluice/runtime/request-scope';
import { WatchedNumbers } from '@sluice/runtime/watched-numbers';
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
const importsNow = new WatchedNumbers('sluice_imports', 'Imports on this replica, by what they do', 'state');

/** Starts imports on this replica, and tells about any. */
@Injectable()
export class ImportsService implements BeforeApplicationShutdown {
  private readonly running = new Map<ImportRun, Promise<void>>();

  constructor(
    private readonly bus: Bus,
    private readonly events: Events,
    private readonly imports: ImportsStore,
    private readonly datasets: DatasetsStore,
    private readonly conclusion: ImportConclusion,
    private readonly runs: ImportRuns,
    private readonly disk: DiskSpace,
  ) {
    importsNow.watch(() => this.running.size - this.waiting(), 'running');
    importsNow.watch(() => this.waiting(), 'review');
  }

  /** The caller sends the file to the subject in the reply; this replica goes on by itself from there. */
  async start({ datasetId, ...options }: RequestOf<typeof startImport>): Promise<ReplyOf<typeof startImport>> {
    if (this.disk.lack) throw refuse(startImport, 'storage_full', this.disk.lack);
    this.refuseTooMany(options.review);
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
    const dataset = await this.datasets.stored(datasetId);
    const reading = { ...(dataset?.reading && Reading.parse(JSON.parse(dataset.reading))), ...options.reading };
    this.run(this.runs.make(doc, { ...options, reading }), receiver);
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
    const { rows, until, note = '', lines = '', ...head } = doc.review;
    const reading = Reading.parse(JSON.parse(head.reading ?? '{}'));
    return { head: { ...head, note, lines, reading, until: until.toISOString() }, bytes: Buffer.from(rows) };
  }

  /** Its owner sees the decision in the import's document and goes on. */
  async publish({ importId, ...decision }: RequestOf<typeof publishImport>): Promise<Import> {
    return await this.decide(importId, decision);
  }

  /** Its owner reads the file anew, and waits again. */
  async tryReading({ importId, ...trial }: RequestOf<typeof tryReading>): Promise<Import> {
    return await this.decide(importId, { ...trial, isTrial: true });
  }

  private async decide(
    importId: string,
    { types, note, reading, ...more }: Omit<RequestOf<typeof publishImport>, 'importId'> & { isTrial?: boolean },
  ): Promise<Import> {
    const doc = await this.imports.decide(importId, {
      types: Object.entries(types),
      note: note ?? null,
      ...(reading && { reading: JSON.stringify(reading) }),
      ...more,
      by: auditedRequest(),
    });
    if (doc) {
      this.events.publish(importDecided, { importId });
      return presentImport(doc);
    }
    await this.get(importId);
    throw refuse(publishImport, 'import_not_waiting');
  }

  /** Lets the run of this import, if it is here, see the decision now. */
  look(importId: string): void {
    for (const run of this.running.keys()) if (run.id === importId) run.look();
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

  /** A caller has a quarter of the places, so that others find some. */
  private refuseTooMany(review: boolean): void {
    const caller = requestScope.getStore()?.actor?.id ?? 'system';
    const all = [...this.running.keys()];
    const waiting = all.filter(({ isWaiting }) => isWaiting);
    const own = (runs: readonly ImportRun[]) => runs.filter((run) => run.callerId === caller).length;
    const isFull = (runs: readonly ImportRun[], most: number) => runs.length >= most || own(runs) >= most / 4;
    if (
      isFull(
        all.filter(({ isWaiting }) => !isWaiting),
        MAX_RUNNING,
      )
    ) {
      throw new ServiceError('overloaded', 'too many imports are running');
    }
    if (review && isFull(waiting, MAX_WAITING)) {
      throw new ServiceError('overloaded', 'too many imports wait for a decision');
    }
  }

  private waiting(): number {
    return [...this.running.keys()].filter(({ isWaiting }) => isWaiting).length;
  }

  private run(run: ImportRun, upload: StreamReceiver): void {
    const ended = run.finish(upload).finally(() => {
      upload.close();
      this.running.delete(run);
    });
    this.running.set(run, ended);
  }
}
