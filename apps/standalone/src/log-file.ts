import { closeSync, existsSync, fstatSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

const MAX_BYTES = 10 * 1024 * 1024;

/** A log that stays below twice 10 MB on disk: the full file becomes `<name>.1` and the one before it goes. */
export class LogFile {
  private file: number;
  private bytes: number;

  constructor(private readonly path: string) {
    mkdirSync(dirname(path), { recursive: true });
    this.file = openSync(path, 'a', 0o600);
    this.bytes = fstatSync(this.file).size;
  }

  write(line: string): void {
    if (this.bytes > MAX_BYTES) this.rotate();
    this.bytes += writeSync(this.file, `${line}\n`);
  }

  private rotate(): void {
    closeSync(this.file);
    if (existsSync(this.path)) renameSync(this.path, `${this.path}.1`);
    this.file = openSync(this.path, 'a', 0o600);
    this.bytes = 0;
  }
}
