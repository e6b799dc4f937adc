/** A file that was written: its length in bytes and the SHA-256 of its content in lower-case hex. */
export interface Written {
  bytes: number;
  sha256: string;
}

/**
 * Where backups lie: files with names like `files/ab/abcdef`, parts separated by `/`. A folder is one; whatever can do
 * these few things can be another. What fails for a reason that an operator can mend throws a `BackupFailure`.
 */
export interface BackupStore {
  /** For people: what messages call it. */
  readonly place: string;
  /** Takes the place for one backup at a time; the result gives it free. Throws where another has it. */
  claim(): Promise<() => Promise<void>>;
  /** Writes a file whole or not at all, durable when it resolves. `nameOf` may decide by the content. */
  write(content: AsyncIterable<Uint8Array>, nameOf: (written: Written) => string): Promise<Written>;
  read(name: string): AsyncIterable<Uint8Array>;
  /** Its length in bytes; null when there is no such file. */
  size(name: string): Promise<number | null>;
  /** The names of all files whose name begins with the folder `prefix`; of all for ''. In no order. */
  list(prefix: string): AsyncIterable<string>;
  remove(name: string): Promise<void>;
  /** Bytes that can still be written; Infinity where that cannot be known. */
  freeBytes(): Promise<number>;
}
