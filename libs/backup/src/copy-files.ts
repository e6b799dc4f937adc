import { mongo } from 'mongoose';
import { BackupFailure } from './backup-failure';
import type { BackupStore } from './backup-store';
import type { GridFile, InstallationDatabases } from './installation-databases';
import { fileName, listBackups, readManifest, type StoredFile } from './manifest';
import type { TransferProgress } from './transfer-progress';

/** One is read while another is written. */
const AT_A_TIME = 4;

/** The file was deleted while, or before, it was read. */
class FileGone extends Error {}

/** Copies stored files, each once: what an earlier backup has in the same place is not read again. */
export class FileCopies {
  private copied = 0;

  private constructor(
    private readonly databases: InstallationDatabases,
    private readonly store: BackupStore,
    private readonly progress: TransferProgress,
    private readonly known: Map<string, StoredFile>,
  ) {}

  static async open(
    databases: InstallationDatabases,
    store: BackupStore,
    progress: TransferProgress,
  ): Promise<FileCopies> {
    const known = new Map<string, StoredFile>();
    for (const { name, isFinished } of await listBackups(store)) {
      // What nobody vouches for is copied again.
      const manifest = isFinished ? await readManifest(store, name).catch(() => null) : null;
      for (const file of manifest?.files ?? []) known.set(keyOf(file), file);
    }
    for (const [key, { sha256, bytes }] of known) {
      if ((await store.size(fileName(sha256))) !== bytes) known.delete(key);
    }
    return new FileCopies(databases, store, progress, known);
  }

  /** Bytes that were copied because no earlier backup had them. */
  get copiedBytes(): number {
    return this.copied;
  }

  /** Bytes of those that are not there yet. */
  missingBytes(files: readonly GridFile[]): number {
    return files.reduce((sum, file) => sum + (this.known.has(keyOf(asStored(file))) ? 0 : file.length), 0);
  }

  /** Copies what is not there yet. Null when a file is gone: then the documents that name it are no backup. */
  async copy(files: readonly GridFile[]): Promise<StoredFile[] | null> {
    const copies = new Map<GridFile, StoredFile>();
    const waiting = [...files];
    const copyNext = async (): Promise<void> => {
      for (let file = waiting.shift(); file; file = waiting.shift()) {
        const copy = this.known.get(keyOf(asStored(file))) ?? (await this.copyOne(file));
        if (copy) copies.set(file, copy);
      }
    };
    await Promise.all(Array.from({ length: AT_A_TIME }, copyNext));
    // In the order of the documents, whichever was copied first.
    const stored = files.flatMap((file) => copies.get(file) ?? []);
    return stored.length === files.length ? stored : null;
  }

  private async copyOne(file: GridFile): Promise<StoredFile | null> {
    try {
      const content = readFile(this.databases, file, (bytes) => this.progress.move(bytes));
      const { sha256, bytes } = await this.store.write(content, (written) => fileName(written.sha256));
      const copy = { ...asStored(file), bytes, sha256 };
      this.known.set(keyOf(copy), copy);
      this.copied += bytes;
      return copy;
    } catch (error) {
      if (!(error instanceof FileGone)) throw error;
      if (await this.databases.files.findOne({ _id: file._id })) {
        throw new BackupFailure(`the stored file ${file._id.toHexString()} is damaged: not all of its bytes are there`);
      }
      return null;
    }
  }
}

/** Members that tell a file from every other one of any installation. */
function asStored({ _id, length, uploadDate }: GridFile): Omit<StoredFile, 'sha256'> {
  return { id: _id.toHexString(), bytes: length, uploadedAt: uploadDate.toISOString() };
}

function keyOf({ id, bytes, uploadedAt }: Omit<StoredFile, 'sha256'>): string {
  return `${id} ${bytes} ${uploadedAt}`;
}

async function* readFile(
  { bucket }: InstallationDatabases,
  { _id, length }: GridFile,
  onBytes: (bytes: number) => void,
): AsyncIterable<Uint8Array> {
  let bytes = 0;
  try {
    for await (const chunk of bucket.openDownloadStream(_id)) {
      bytes += chunk.length;
      onBytes(chunk.length);
      yield chunk;
    }
  } catch (error) {
    const isGone = error instanceof mongo.MongoGridFSChunkError || (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw isGone ? new FileGone() : error;
  }
  if (bytes !== length) throw new FileGone();
}
