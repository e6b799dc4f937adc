import { setTimeout as pause } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import {
  type ChangeFileRequest,
  type openChangeFile,
  openViewFile,
  readViewFile,
  type ViewFile,
  type ViewFileRequest,
} from '@sluice/contracts/catalogue/view-files';
import type { ReplyOf, RequestOf } from '@sluice/contracts/contract';
import { refuse } from '@sluice/messaging/service-error';
import { requestScope } from '@sluice/runtime/request-scope';
import { SingleFlight } from '@sluice/runtime/single-flight';
import { inStage } from '@sluice/runtime/tracing';
import { LRUCache } from 'lru-cache';
import { OpenExports } from '../exports/open-exports';
import { asRefusal } from '../rows/read-refusals';
import { ViewFileBytes } from '../stores/stored-files';
import type { ViewFileDoc } from '../stores/view-file-doc';
import { ViewFilesStore } from '../stores/view-files.store';
import { ChangeFileMaker } from './change-file-maker';
import { LocalViewFiles } from './local-view-files';
import { nameChangeFile, nameViewFile } from './name-view-file';
import { ViewFileMaker } from './view-file-maker';

const PATIENCE_MS = 20_000;
const RETRY_SECONDS = 2;
/** A read is noted again after so long. */
const NOTED_MS = 60_000;
const MAX_NOTED = 10_000;

/** Makes files of views once for all replicas, and reads their bytes. */
@Injectable()
export class ViewFilesService {
  private readonly making = new SingleFlight<ViewFileDoc>();
  private readonly noted = new LRUCache<string, true>({ max: MAX_NOTED, ttl: NOTED_MS });

  constructor(
    private readonly local: LocalViewFiles,
    private readonly store: ViewFilesStore,
    private readonly files: ViewFileBytes,
    private readonly maker: ViewFileMaker,
    private readonly changes: ChangeFileMaker,
    private readonly exports: OpenExports,
  ) {}

  async open(request: ViewFileRequest): Promise<ViewFile> {
    const id = nameViewFile(request);
    return fileOf(await this.findOrMake(id, () => this.maker.make(id, request)));
  }

  async openChanges(request: ChangeFileRequest): Promise<ReplyOf<typeof openChangeFile>> {
    const id = nameChangeFile(request);
    const doc = await this.findOrMake(id, () => this.changes.make(id, request));
    return { file: fileOf(doc), parts: doc.parts ?? [] };
  }

  async read({ id, from, to }: RequestOf<typeof readViewFile>): Promise<Uint8Array | AsyncIterable<Uint8Array>> {
    const bytes = (await this.local.read(id, from, to)) ?? (await this.fetched(id, from, to));
    if (!bytes) throw refuse(readViewFile, 'not_found');
    this.note(id);
    return bytes;
  }

  private async fetched(id: string, from: number, to: number): Promise<Uint8Array | AsyncIterable<Uint8Array> | null> {
    const doc = await this.store.find(id);
    if (!doc) return null;
    await this.local.fetch(id, doc.bytes, (path) => this.files.fetch(doc.fileId, path));
    return await this.local.read(id, from, to);
  }

  private async findOrMake(id: string, make: () => Promise<ViewFileDoc>): Promise<ViewFileDoc> {
    const doc = (await this.store.find(id)) ?? (await this.madeInTime(id, make));
    this.note(id);
    return doc;
  }

  /** Makes a file for whoever asks, in turns with others of the caller; who does not want to wait any longer finds it the next time. */
  private async madeInTime(id: string, make: () => Promise<ViewFileDoc>): Promise<ViewFileDoc> {
    const scope = requestScope.getStore();
    const work = () => inStage('make view file', make);
    const making = this.making.run(id, async () => {
      const close = this.exports.enter();
      try {
        return await (scope ? requestScope.run({ ...scope, deadlineMs: undefined }, work) : work());
      } finally {
        close();
      }
    });
    try {
      const made = await Promise.race([making, pause(PATIENCE_MS, null, { ref: false })]);
      if (made) return made;
    } catch (error) {
      throw asRefusal(error);
    }
    // It is told to whoever asks the next time, unless it is made by then.
    making.catch(() => {});
    throw refuse(openViewFile, 'unavailable', 'the file is being made', [], RETRY_SECONDS);
  }

  /** What is read is not removed for want of room. */
  private note(id: string): void {
    if (this.noted.has(id)) return;
    this.noted.set(id, true);
    // Where MongoDB is away nothing is removed either.
    this.store.noteRead(id, new Date()).catch(() => {});
  }
}

function fileOf({ _id: id, bytes, sha256, rows }: ViewFileDoc): ViewFile {
  return { id, bytes, sha256, rows };
}
