import { write, writeSync } from 'node:fs';
import type { DestinationStream } from 'pino';
import { Counter } from 'prom-client';

const BATCH_CHARS = 8 * 1024;
const FLUSH_MS = 500;
/** Lines wait for a reader that does not take them, up to so many characters. */
const MAX_WAITING_CHARS = 1024 * 1024;
const BUSY_MS = 50;

const lost = new Counter({ name: 'sluice_log_lines_lost_total', help: 'Log lines that could not be written' });

/**
 * Writes log lines to a file descriptor in batches: a line costs a request nothing. A line that cannot be written is lost and
 * counted: a full disk or a reader that stands still neither ends nor holds up the process. pino's own destination tries
 * such a line again for ever when the process ends.
 */
export class LogOutput implements DestinationStream {
  private batch = '';
  private isWriting = false;

  constructor(private readonly descriptor: number) {}

  /** Writes what has gathered now and then, and at the end of the process. */
  static open(descriptor: number): LogOutput {
    const output = new LogOutput(descriptor);
    setInterval(() => output.flush(), FLUSH_MS).unref();
    process.once('exit', () => output.end());
    return output;
  }

  write(line: string): void {
    if (this.batch.length + line.length > MAX_WAITING_CHARS) lost.inc();
    else this.batch += line;
    if (this.batch.length >= BATCH_CHARS) this.flush();
  }

  /** Writes what has gathered, unless a write is under way. */
  flush(): void {
    if (this.isWriting || this.batch === '') return;
    this.isWriting = true;
    const bytes = Buffer.from(this.batch);
    this.batch = '';
    this.writeOn(bytes);
  }

  /** Writes what it can without waiting. */
  end(): void {
    const bytes = Buffer.from(this.batch);
    this.batch = '';
    try {
      for (let done = 0; done < bytes.length; ) done += writeSync(this.descriptor, bytes, done);
    } catch {
      lose(bytes);
    }
  }

  private writeOn(bytes: Buffer): void {
    write(this.descriptor, bytes, (error, written) => {
      const rest = bytes.subarray(written);
      // A pipe that is full takes more later.
      if (error?.code === 'EAGAIN') setTimeout(() => this.writeOn(bytes), BUSY_MS).unref();
      else if (!error && rest.length > 0) this.writeOn(rest);
      else {
        if (error) lose(bytes);
        this.isWriting = false;
        if (this.batch.length >= BATCH_CHARS) this.flush();
      }
    });
  }
}

function lose(bytes: Buffer): void {
  lost.inc(bytes.toString().split('\n').length - 1);
}
