/** The rows of one commit as MongoDB has them. */
export interface StoredCommit {
  id: string;
  /** The id of the commit before. */
  previous: string | null;
  seq: number;
  rowCount: number;
  keyFields?: readonly string[];
  /** A JSON array of rows; null once they are in a piece. */
  text(): Promise<string | null>;
}

/** A Parquet file with the rows of many commits. */
export interface StoredPiece {
  /** Of its last commit. */
  lastId: string;
  to: number;
  keyFields?: readonly string[];
  fetch(path: string): Promise<void>;
}

/** Where the rows of a version are that came after its file. */
export interface SentSource {
  /** The commits behind `after` up to `to`, as far as there are any. */
  commits(versionId: string, after: number, to: number): AsyncIterable<StoredCommit>;
  /** Pieces that have, one behind the other, the commits behind `after`; the first may have earlier ones too. */
  pieces(versionId: string, after: number): Promise<StoredPiece[]>;
  /** Whether the version has come as far as that. */
  reached(versionId: string, seq: number): Promise<boolean>;
}
