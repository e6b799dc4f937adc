import { type ChildProcess, fork } from 'node:child_process';
import { MemoryFull, StorageFull } from '../engine/engine-errors';
import { FileRefused, refuseFile } from '../sources/file-refused';
import type { ImportedFile, ImportProgress } from '../typing/convert-file';
import type { ConversionJob, ConverterWord } from './conversion-job';
import { TOO_MUCH_MEMORY } from './guard-memory';

type LastWord = Exclude<ConverterWord, { is: 'begun' | 'at' }>;

/** Why a file cannot be converted that made a converter end. */
const KILLER =
  'The file makes the engine that reads files fail: it is damaged, or uses a feature that is not supported.';

/** What the end of a process says of its file. One that ends by itself before it has begun could not load its own program. */
function endOf(code: number | null, hasBegun: boolean): LastWord {
  if (code === TOO_MUCH_MEMORY) return { is: 'full', of: 'memory' };
  if (code !== null && !hasBegun) return { is: 'failed', reason: `a converter ended with ${code} before it began` };
  return { is: 'lost' };
}

/** Holds one process that converts files, one at a time. What a file does to it harms nobody else. */
export class ConverterProcess {
  private readonly child: ChildProcess;
  private isEnded = false;

  constructor(program: string) {
    // Without the settings of the service: the process needs none, and what it reads comes from outside.
    const { PATH, UV_THREADPOOL_SIZE, TMPDIR } = process.env;
    this.child = fork(program, {
      serialization: 'advanced',
      env: { PATH, UV_THREADPOOL_SIZE, TMPDIR },
      execArgv: [],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    // One that could not be started, or told, ends.
    this.child.on('error', () => this.end());
  }

  /** Tells whether it can take another job. */
  get isUsable(): boolean {
    return !this.isEnded && this.child.connected;
  }

  end(): void {
    this.isEnded = true;
    this.child.kill('SIGKILL');
  }

  /** Does one job; fails as `convertFile` does. A job that is not wanted any more ends the process. */
  async convert(job: ConversionJob, { onRows, signal }: ImportProgress): Promise<ImportedFile> {
    const over = new AbortController();
    try {
      const ended = new Promise<LastWord>((resolve, reject) => {
        let hasBegun = false;
        this.child.on('message', (word: ConverterWord) => {
          if (word.is === 'begun') hasBegun = true;
          else if (word.is === 'at') onRows(word.rows);
          else resolve(word);
        });
        this.child.on('exit', (code) => resolve(endOf(code, hasBegun)));
        const giveUp = () => {
          this.end();
          reject(signal?.reason);
        };
        signal?.addEventListener('abort', giveUp, { once: true, signal: over.signal });
        this.child.send(job, (error) => error && reject(error));
      });
      return this.resultOf(await ended);
    } finally {
      over.abort();
      this.child.removeAllListeners('message').removeAllListeners('exit');
    }
  }

  private resultOf(word: LastWord): ImportedFile {
    if (word.is === 'done') return word.imported;
    if (word.is === 'refused') throw new FileRefused(word.detail, word.faults, word.code);
    // Whatever went wrong otherwise: the next file gets a process that is none the worse for it.
    this.end();
    if (word.is === 'lost') refuseFile('unreadable_file', KILLER);
    if (word.is === 'failed') throw new Error(word.reason);
    throw word.of === 'memory' ? new MemoryFull('no memory for the file') : new StorageFull('no space for the file');
  }
}
