import type { BigIntStats } from 'node:fs';
import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { RevocationEntry } from './revocation-entry';

/** A line of the witness. */
export interface WitnessLine extends RevocationEntry {
  service: string;
  installation: string;
}

/** A line is appended to the file that stands there in the end; it is replaced once in ten minutes at most. */
const TRIES = 10;
const LINES_AT_ONCE = 1_000;
const CHUNK_BYTES = 256 * 1024;

/**
 * Remembers, outside the database, what was revoked: a file of JSON lines, which every replica of every service appends to
 * in one write each, durable before the revocation is acknowledged. It holds hashes of secrets, and is its owner's alone.
 * Beside it stands, while it is compacted or where that was interrupted, the file of before (witness-compaction.ts).
 */
export class WitnessFile {
  constructor(readonly path: string) {}

  /** The file that a compaction replaces, until all of it is in the new one. */
  get former(): string {
    return `${this.path}.former`;
  }

  /** Gives the lines of a service one after the other, some of them twice after an interrupted compaction. */
  async *read(service: string): AsyncGenerator<WitnessLine> {
    for (const path of [this.former, this.path])
      for await (const line of linesOf(path)) if (line.service === service) yield line;
  }

  /** Resolves once the lines are durable in the file that stands there. */
  async append(lines: readonly WitnessLine[]): Promise<void> {
    if (lines.length === 0) return;
    // A line break goes first: an unfinished line before it then spoils only itself.
    const text = `\n${lines.map((line) => JSON.stringify(line)).join('\n')}\n`;
    for (let tries = 0; tries < TRIES; tries++) if (await this.appendOnce(text)) return;
    throw new Error('the witness is replaced again and again');
  }

  /** Puts these lines in the place of all of a service and installation. No service may run. */
  async replace(service: string, installation: string, lines: readonly WitnessLine[]): Promise<void> {
    const next = `${this.path}.next`;
    await writeLines(next, this.linesBut(service, installation, lines));
    await rename(next, this.path);
    await syncFolderOf(this.path);
    await rm(this.former, { force: true });
  }

  /** False where the file was replaced meanwhile: what was written to it may be gone. */
  private async appendOnce(text: string): Promise<boolean> {
    const file = await open(this.path, 'a', 0o600);
    try {
      await file.write(text);
      await file.sync();
      // The name of a file that was just replaced has to last as long as what it holds.
      if (await statOf(this.former)) await syncFolderOf(this.path);
      const [written, standing] = await Promise.all([file.stat({ bigint: true }), statOf(this.path)]);
      return written.ino === standing?.ino;
    } finally {
      await file.close();
    }
  }

  private async *linesBut(
    service: string,
    installation: string,
    lines: readonly WitnessLine[],
  ): AsyncGenerator<WitnessLine> {
    for (const path of [this.former, this.path])
      for await (const line of linesOf(path))
        if (line.service !== service || line.installation !== installation) yield line;
    yield* lines;
  }
}

/** Gives the lines of a file, holding one chunk of it at a time; none where it is not there. What a crash left unfinished is no line. */
export async function* linesOf(path: string): AsyncGenerator<WitnessLine> {
  const file = await openIfThere(path);
  if (!file) return;
  try {
    let rest = Buffer.alloc(0);
    for (;;) {
      const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(CHUNK_BYTES), 0, CHUNK_BYTES);
      if (bytesRead === 0) break;
      const bytes = Buffer.concat([rest, buffer.subarray(0, bytesRead)]);
      const end = bytes.lastIndexOf('\n') + 1;
      rest = bytes.subarray(end);
      yield* parseLines(bytes.toString('utf8', 0, end));
    }
    yield* parseLines(rest.toString());
  } finally {
    await file.close();
  }
}

/** Writes a new file of lines, durable when it returns. */
export async function writeLines(path: string, lines: AsyncIterable<WitnessLine>): Promise<void> {
  const file = await open(path, 'w', 0o600);
  try {
    let held: string[] = [];
    const flush = async () => {
      await file.appendFile(held.join(''));
      held = [];
    };
    for await (const line of lines) {
      held.push(`${JSON.stringify(line)}\n`);
      if (held.length === LINES_AT_ONCE) await flush();
    }
    await flush();
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Null where there is no such file. */
export function statOf(path: string): Promise<BigIntStats | null> {
  return stat(path, { bigint: true }).catch(nullIfMissing);
}

/** Makes the names in the folder of a file durable, where the system can. */
export async function syncFolderOf(path: string): Promise<void> {
  const folder = await open(dirname(path)).catch(() => null);
  await folder?.sync().catch(() => {});
  await folder?.close();
}

function openIfThere(path: string): Promise<FileHandle | null> {
  return open(path).catch(nullIfMissing);
}

function nullIfMissing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}

function parseLines(text: string): WitnessLine[] {
  return text.split('\n').flatMap((line) => {
    try {
      return line === '' ? [] : [JSON.parse(line) as WitnessLine];
    } catch {
      return [];
    }
  });
}
