import { createReadStream } from 'node:fs';
import { type FileHandle, type FileReadResult, mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { SingleFlight } from '@sluice/runtime/single-flight';
import { LRUCache } from 'lru-cache';

/** Ranges up to here are read at once, larger ones as they are taken. */
const WHOLE_BYTES = 1024 ** 2;
/** However small they are. */
const MAX_FILES = 10_000;
/** Opening and closing a file for each range costs more than reading it. */
const MAX_OPEN = 100;

interface LocalFile {
  path: string;
  bytes: number;
}

/**
 * Keeps files of views on this replica's disk, bounded in bytes: the one that was not read for longest goes. A file that goes
 * is read to the end by whoever has begun to.
 */
export class LocalViewFiles {
  private readonly files: LRUCache<string, LocalFile>;
  private readonly fetching = new SingleFlight<void>();
  /** A handle that is closed waits for the reads that have begun. */
  private readonly handles = new LRUCache<string, FileHandle>({
    max: MAX_OPEN,
    dispose: (handle) => void handle.close().catch(() => {}),
  });
  private made = 0;

  private constructor(
    private readonly directory: string,
    private readonly maxBytes: number,
  ) {
    this.files = new LRUCache({
      max: MAX_FILES,
      maxSize: maxBytes,
      sizeCalculation: ({ bytes }) => bytes,
      dispose: ({ path }) => {
        this.handles.delete(path);
        void rm(path, { force: true }).catch(() => {});
      },
    });
  }

  static async open(directory: string, maxBytes: number): Promise<LocalViewFiles> {
    await rm(directory, { recursive: true, force: true });
    await mkdir(directory, { recursive: true });
    return new LocalViewFiles(directory, maxBytes);
  }

  has(id: string): boolean {
    return this.files.has(id);
  }

  /** Takes a file that was made here. */
  async take(id: string, path: string, bytes: number): Promise<void> {
    if (this.files.has(id) || bytes > this.maxBytes) return;
    const kept = this.newPath();
    await rename(path, kept);
    this.files.set(id, { path: kept, bytes });
  }

  /** Fetches a file once for all who want to read it. */
  async fetch(id: string, bytes: number, fetch: (path: string) => Promise<void>): Promise<void> {
    await this.fetching.run(id, async () => {
      if (this.files.has(id)) return;
      const path = this.newPath();
      await fetch(path);
      this.files.set(id, { path, bytes });
    });
  }

  /** Reads the bytes `from` to `to`, both included; null where the file is not here. */
  async read(id: string, from: number, to: number): Promise<Uint8Array | AsyncIterable<Uint8Array> | null> {
    const file = this.files.get(id);
    if (!file) return null;
    try {
      // A stream closes its handle, so that it needs one of its own.
      if (to - from >= WHOLE_BYTES) return createReadStream('', { fd: await open(file.path), start: from, end: to });
      const wanted = Math.min(to, file.bytes - 1) - from + 1;
      const { buffer, bytesRead } = await this.readKept(file.path, wanted, from);
      if (bytesRead < wanted) throw new Error('the file ends early');
      return buffer;
    } catch {
      // Somebody cleared the directory: it can be fetched again.
      this.files.delete(id);
      return null;
    }
  }

  /** Nest calls this once handlers have finished. */
  onApplicationShutdown(): void {
    this.handles.clear();
  }

  /** Begins to read in the same tick as it has its handle: an await between would let another file's handle close it. */
  private async readKept(path: string, bytes: number, from: number): Promise<FileReadResult<Buffer>> {
    let handle = this.handles.get(path);
    if (!handle) {
      const opened = await open(path);
      handle = this.handles.get(path);
      if (handle) void opened.close().catch(() => {});
      else this.handles.set(path, opened);
      handle ??= opened;
    }
    return handle.read(Buffer.allocUnsafe(bytes), 0, bytes, from);
  }

  /** A file that goes and one that comes never share a path. */
  private newPath(): string {
    return join(this.directory, `${++this.made}.parquet`);
  }
}
