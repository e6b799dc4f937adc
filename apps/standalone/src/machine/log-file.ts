import { copyFileSync, fstatSync, ftruncateSync, mkdirSync, openSync, readSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';

const MAX_BYTES = 10 * 1024 * 1024;
const TAIL_BYTES = 4 * 1024;
const TAIL_LINES = 5;

/**
 * The file that a process writes its output to by itself, so that no line passes through the launcher or needs it to be
 * alive. It is opened for appending: emptied while the process writes, it grows from its beginning again.
 */
export class LogFile {
  /** To be handed to a process as its output. */
  readonly descriptor: number;

  constructor(private readonly path: string) {
    mkdirSync(dirname(path), { recursive: true });
    this.descriptor = openSync(path, 'a+', 0o600);
  }

  get bytes(): number {
    return fstatSync(this.descriptor).size;
  }

  /**
   * Moves a full log (10 MB) to `<name>.1`, in the place of the one before. Lines of that very moment may get lost, and all
   * of them where the disk has no room for both.
   */
  limit(): void {
    if (this.bytes <= MAX_BYTES) return;
    const former = `${this.path}.1`;
    try {
      copyFileSync(this.path, former);
    } catch {
      rmSync(former, { force: true });
    }
    ftruncateSync(this.descriptor);
  }

  /** The last lines that were written since the file had this many bytes. */
  tail(sinceBytes: number): string {
    const end = this.bytes;
    const from = Math.max(sinceBytes <= end ? sinceBytes : 0, end - TAIL_BYTES);
    const buffer = Buffer.alloc(end - from);
    readSync(this.descriptor, buffer, 0, buffer.length, from);
    return buffer.toString('utf8').trim().split('\n').slice(-TAIL_LINES).join('\n');
  }
}
