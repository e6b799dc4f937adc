import { open, readFile, rename } from 'node:fs/promises';
import type { RevocationEntry } from './revocation-entry';

/** A line of the witness. */
export interface WitnessLine extends RevocationEntry {
  service: string;
  installation: string;
}

/**
 * Remembers, outside the database, what was revoked: a file of JSON lines, which every replica of every service appends to
 * in one write each, durable before the revocation is acknowledged. It holds hashes of secrets, and is its owner's alone.
 */
export class WitnessFile {
  constructor(private readonly path: string) {}

  /** All lines of a service. What a crash left unfinished at the end is no line. */
  async read(service: string): Promise<WitnessLine[]> {
    return (await this.lines()).filter((line) => line.service === service);
  }

  async append(lines: readonly WitnessLine[]): Promise<void> {
    if (lines.length === 0) return;
    const file = await open(this.path, 'a', 0o600);
    try {
      // A line break goes first: an unfinished line before it then spoils only itself.
      await file.write(`\n${lines.map((line) => JSON.stringify(line)).join('\n')}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
  }

  /** Puts these lines in the place of all of a service and installation. No service may run. */
  async replace(service: string, installation: string, lines: readonly WitnessLine[]): Promise<void> {
    const others = (await this.lines()).filter(
      (line) => line.service !== service || line.installation !== installation,
    );
    const next = `${this.path}.next`;
    const file = await open(next, 'w', 0o600);
    try {
      await file.writeFile([...others, ...lines].map((line) => `${JSON.stringify(line)}\n`).join(''));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(next, this.path);
  }

  private async lines(): Promise<WitnessLine[]> {
    const text = await readFile(this.path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '';
      throw error;
    });
    return text.split('\n').flatMap((line) => parseLine(line));
  }
}

function parseLine(line: string): WitnessLine[] {
  try {
    return line === '' ? [] : [JSON.parse(line) as WitnessLine];
  } catch {
    return [];
  }
}
