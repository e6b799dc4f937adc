import { execFile } from 'node:child_process';
import { mkdtemp, open, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const MIB = 1024 ** 2;
const PIECE = Buffer.alloc(MIB);

/** A disk of its own that is small enough to be filled: a tmpfs, which only root on Linux can mount. */
export class SmallDisk {
  private constructor(
    readonly directory: string,
    private readonly filler: string,
  ) {}

  /** Null where none can be mounted: the tests that need it are then skipped by name. */
  static async mount(mib: number): Promise<SmallDisk | null> {
    const directory = await mkdtemp(join(tmpdir(), 'sluice-disk-'));
    const mounted = await run('mount', ['-t', 'tmpfs', '-o', `size=${mib}m`, 'sluice-test', directory]).catch(
      () => null,
    );
    if (mounted) return new SmallDisk(directory, join(directory, 'filler'));
    await rm(directory, { recursive: true });
    return null;
  }

  /** Gives it another size, which holds at least what is there. */
  async resize(mib: number): Promise<void> {
    await run('mount', ['-o', `remount,size=${mib}m`, this.directory]);
  }

  /** Makes the disk so large that this is free on it. */
  async leaveFree(mib: number): Promise<void> {
    const { blocks, bfree, bsize } = await statfs(this.directory);
    const used = (blocks - bfree) * bsize;
    await run('mount', ['-o', `remount,size=${used + mib * MIB}`, this.directory]);
  }

  /** Writes until nothing is free. */
  async fill(): Promise<void> {
    const file = await open(this.filler, 'a');
    try {
      for (;;) await file.write(PIECE);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    } finally {
      await file.close();
    }
  }

  /** Removes what `fill` wrote. */
  async empty(): Promise<void> {
    await rm(this.filler, { force: true });
  }

  async unmount(): Promise<void> {
    await run('umount', ['--lazy', this.directory]);
    await rm(this.directory, { recursive: true });
  }
}
