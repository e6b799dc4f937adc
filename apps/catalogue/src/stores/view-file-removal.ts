import { Injectable } from '@nestjs/common';
import { ViewFileBytes } from './stored-files';
import type { ViewFileDoc } from './view-file-doc';
import { ViewFilesStore } from './view-files.store';

/** A file without a document that is older was left by a process that ended while it made it. */
const ABANDONED_MS = 3_600_000;
/** A file is being read until nobody has for so long: longer than a pause between two ranges of one reader. */
const READ_MS = 600_000;
/** The part of all room that files of one version may take: whoever asks for many leaves some to others. */
const MAX_SHARE = 0.25;
/** However small they are: each has documents that a sweep reads. */
const MAX_FILES = 10_000;

/** What files may take at most. */
interface Room {
  bytes: number;
  files: number;
}

/** Removes files of views: those of versions that go, and those that were not read for longest. */
@Injectable()
export class ViewFileRemoval {
  constructor(
    private readonly store: ViewFilesStore,
    private readonly files: ViewFileBytes,
  ) {}

  async removeOfVersion(versionId: string): Promise<void> {
    for (const doc of await this.store.findOfVersion(versionId)) await this.remove(doc);
  }

  /** Makes room for a file of a version; false where too many others are being read, of that version or of all. */
  async makeRoom(versionId: string, bytes: number, maxBytes: number, nowMs: number): Promise<boolean> {
    const own = (await this.store.all()).filter((doc) => doc.versionId === versionId);
    const share = { bytes: maxBytes * MAX_SHARE - bytes, files: MAX_FILES * MAX_SHARE - 1 };
    if (!(await this.shrink(own, share, nowMs))) return false;
    return await this.shrink(await this.store.all(), { bytes: maxBytes - bytes, files: MAX_FILES - 1 }, nowMs);
  }

  /** Keeps all of them together within so many bytes, but for those that are being read, and clears up behind crashes. */
  async sweep(maxBytes: number, nowMs: number): Promise<void> {
    await this.shrink(await this.store.all(), { bytes: maxBytes, files: MAX_FILES }, nowMs);
    const old = await this.files.storedBefore(new Date(nowMs - ABANDONED_MS));
    const known = new Set((await this.store.fileIds()).map(String));
    for (const fileId of old) if (!known.has(String(fileId))) await this.files.remove(fileId);
  }

  /** Removes the first of these, as long as they take more room and are not being read; false where they still do. */
  private async shrink(docs: readonly ViewFileDoc[], room: Room, nowMs: number): Promise<boolean> {
    let bytes = docs.reduce((sum, doc) => sum + doc.bytes, 0);
    let files = docs.length;
    const fits = () => bytes <= room.bytes && files <= room.files;
    for (const doc of docs) {
      if (fits() || doc.readAt.getTime() > nowMs - READ_MS) break;
      await this.remove(doc);
      bytes -= doc.bytes;
      files--;
    }
    return fits();
  }

  /** The document first: nobody is sent to a file that is going. */
  private async remove({ _id, fileId }: ViewFileDoc): Promise<void> {
    await this.store.remove(_id);
    await this.files.remove(fileId);
  }
}
