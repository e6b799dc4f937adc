import { randomUUID } from 'node:crypto';
import { mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Ticker } from '@sluice/runtime/ticker';
import { StorageFull } from '../engine/engine-errors';

const LOOK_MS = 100;

/**
 * Holds the files of results that are written before they are sent. DuckDB knows no bound for a file that it writes, so the files are
 * looked at while it does: what goes on writing when all of them together have become too large is given up.
 */
export class SpoolDirectory {
  constructor(
    readonly path: string,
    private readonly maxBytes: number,
    private readonly isDiskFull: () => boolean = () => false,
  ) {}

  /** A path for a new file. */
  async newFile(extension: string): Promise<string> {
    await mkdir(this.path, { recursive: true });
    return join(this.path, `${randomUUID()}.${extension}`);
  }

  /** Works for as long as there is room; then its signal ends it, and it throws `StorageFull`. */
  async writing<Result>(
    signal: AbortSignal | undefined,
    work: (signal: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    const full = new AbortController();
    const look = async () => {
      if (this.isDiskFull() || (await this.bytes()) > this.maxBytes)
        full.abort(new StorageFull('results take all the disk they may'));
    };
    await look();
    const looking = new Ticker({ name: SpoolDirectory.name, everyMs: LOOK_MS, turn: look });
    looking.start();
    try {
      return await work(signal ? AbortSignal.any([signal, full.signal]) : full.signal);
    } finally {
      await looking.stop();
    }
  }

  private async bytes(): Promise<number> {
    const names = await readdir(this.path).catch(() => []);
    // A file may go between the two.
    const sizes = names.map((name) =>
      stat(join(this.path, name)).then(
        ({ size }) => size,
        () => 0,
      ),
    );
    return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
  }
}
