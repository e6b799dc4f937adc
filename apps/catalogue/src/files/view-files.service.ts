import { setTimeout as pause } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import {
  openViewFile,
  readViewFile,
  type ViewFile,
  type ViewFileRequest,
} from '@sluice/contracts/catalogue/view-files';
import type { RequestOf } from '@sluice/contracts/contract';
import { refuse } from '@sluice/messaging/service-error';
import { SingleFlight } from '@sluice/runtime/single-flight';
import { LRUCache } from 'lru-cache';
import { OpenExports } from '../exports/open-exports';
import { asRefusal } from '../rows/read-refusals';
import { ViewFileBytes } from '../stores/stored-files';
import type { ViewFileDoc } from '../stores/view-file-doc';
import { ViewFilesStore } from '../stores/view-files.store';
import { LocalViewFiles } from './local-view-files';
import { nameViewFile } from './name-view-file';
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
    private readonly exports: OpenExports,
  ) {}

  /** Finds a file, or makes it; who does not want to wait any longer finds it made on the next time. */
  async open(request: ViewFileRequest): Promise<ViewFile> {
    const id = nameViewFile(request);
    const doc = (await this.store.find(id)) ?? (await this.madeInTime(id, request));
    this.note(id);
    return { id, bytes: doc.bytes, sha256: doc.sha256, rows: doc.rows };
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

  private async madeInTime(id: string, request: ViewFileRequest): Promise<ViewFileDoc> {
    const making = this.making.run(id, async () => {
      const close = this.exports.enter();
      try {
        return await this.maker.make(id, request);
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
