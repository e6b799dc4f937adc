import { open, readFile, rename } from 'node:fs/promises';
import type { Sample } from './sample';

/** Records in the data directory how far the first start came: the next start goes on from there. */
export interface FirstStartState {
  /** Kept only until it has been printed: a crash before that must not lose it. */
  adminKey?: string;
  adminKeyPrinted: boolean;
  /** Once there is an owner there is always one. */
  ownerExists?: boolean;
  sampleSettled: boolean;
  sample: Sample | null;
}

const NOTHING: FirstStartState = { adminKeyPrinted: false, sampleSettled: false, sample: null };

/** The record as a file that is replaced in one step and readable for its owner only. */
export class FirstStartRecord {
  private constructor(
    private readonly path: string,
    private current: FirstStartState,
  ) {}

  static async read(path: string): Promise<FirstStartRecord> {
    const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    });
    return new FirstStartRecord(path, text === null ? NOTHING : (JSON.parse(text) as FirstStartState));
  }

  get state(): Readonly<FirstStartState> {
    return this.current;
  }

  /** Writes nothing where nothing changes: a start goes well on a full disk then. */
  async update(change: Partial<FirstStartState>): Promise<void> {
    const before = JSON.stringify(this.current);
    this.current = { ...this.current, ...change };
    if (JSON.stringify(this.current) === before) return;
    const next = `${this.path}.next`;
    const file = await open(next, 'w', 0o600);
    try {
      await file.writeFile(`${JSON.stringify(this.current, null, 2)}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(next, this.path);
  }
}
