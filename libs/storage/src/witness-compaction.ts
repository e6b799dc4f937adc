import { link, rename, rm } from 'node:fs/promises';
import { linesOf, statOf, syncFolderOf, type WitnessFile, type WitnessLine, writeLines } from './witness-file';

const LEAST_BYTES = 64 * 1024;
/** The file is looked at again once it is so much larger. */
const GROWTH = 1.5;

/**
 * Leaves out of the witness what a later line about the same document says again, once that is more than half of it. Any number
 * of processes may append meanwhile, and any number may try: a second name of the file, which one of them alone can make, is the
 * claim. Wherever a compaction ends, each last word is in the file or in the one of that name, and both are read.
 */
export class WitnessCompaction {
  /** The claim that the last turn found, of another process that is at work or has ended. */
  private found: bigint | null = null;
  private lookedBytes = 0;

  constructor(
    private readonly witness: WitnessFile,
    private readonly leastBytes = LEAST_BYTES,
  ) {}

  /** Compacts where it is worth it. A claim that two turns find is of a process that has ended: turns are minutes apart. */
  async takeTurn(): Promise<void> {
    const steps = this.steps();
    while (!(await steps.next()).done);
  }

  /** Does the work, and stops behind each step that changed something: it may end there for ever. */
  async *steps(): AsyncGenerator<string, void> {
    const claim = await statOf(this.witness.former);
    const isAbandoned = claim !== null && claim.ino === this.found;
    this.found = claim?.ino ?? null;
    if (isAbandoned) yield* this.finish(claim.ino);
    else if (claim === null) yield* this.compact();
  }

  private async *compact(): AsyncGenerator<string, void> {
    const { path, former } = this.witness;
    const before = await statOf(path);
    const bytes = Number(before?.size ?? 0);
    if (!before || bytes < Math.max(this.leastBytes, GROWTH * this.lookedBytes)) return;
    this.lookedBytes = bytes;
    const { last, lines } = await lastWords(path);
    if (lines <= 2 * last.size) return;
    if (!(await this.claim())) return;
    yield 'claimed';
    const next = this.nextOf(before.ino);
    await writeLines(next, wordsAmong(former, last));
    yield 'written';
    // It may have stood still for so long that others took it for dead, or the file is another one by now.
    if ((await statOf(former))?.ino !== before.ino) return rm(next, { force: true });
    await rename(next, path);
    await syncFolderOf(path);
    yield 'replaced';
    yield* this.finish(before.ino);
    this.lookedBytes = Number((await statOf(path))?.size ?? 0);
  }

  /** Brings over what was appended to the former file while the new one was written, and gives the claim back. */
  private async *finish(claim: bigint): AsyncGenerator<string, void> {
    const { path, former } = this.witness;
    if ((await statOf(path))?.ino !== claim) {
      const [{ last }, { last: standing }] = [await lastWords(former), await lastWords(path)];
      const lacking: WitnessLine[] = [];
      for await (const line of wordsAmong(former, last))
        if (line._id > (standing.get(keyOf(line)) ?? 0)) lacking.push(line);
      await this.witness.append(lacking);
      yield 'completed';
    }
    await rm(this.nextOf(claim), { force: true });
    await rm(former, { force: true });
  }

  /** False where another process has claimed it. */
  private async claim(): Promise<boolean> {
    try {
      await link(this.witness.path, this.witness.former);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw error;
    }
  }

  private nextOf(claim: bigint): string {
    return `${this.witness.path}.next-${claim}`;
  }
}

/** Finds the number of the last word about each document, and how many lines there are. */
async function lastWords(path: string): Promise<{ last: Map<string, number>; lines: number }> {
  const last = new Map<string, number>();
  let lines = 0;
  for await (const line of linesOf(path)) {
    lines++;
    const key = keyOf(line);
    last.set(key, Math.max(line._id, last.get(key) ?? 0));
  }
  return { last, lines };
}

/** Gives the lines that are a last word, or a later one than is known. */
async function* wordsAmong(path: string, last: ReadonlyMap<string, number>): AsyncGenerator<WitnessLine> {
  for await (const line of linesOf(path)) if (line._id >= (last.get(keyOf(line)) ?? 0)) yield line;
}

/** Any entry of a document takes away all that earlier ones do. */
function keyOf({ service, installation, collection, document }: WitnessLine): string {
  return `${service} ${installation} ${collection} ${document}`;
}
