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
  /** The id of its last commit. */
  lastId: string;
  to: number;
  keyFields?: readonly string[];
  fetch(path: string): Promise<void>;
}

/** Reads the rows of a version that came after its file. */
export interface SentSource {
  /** Reads the commits behind `after` up to `to`, as far as there are any. */
  commits(versionId: string, after: number, to: number): AsyncIterable<StoredCommit>;
  /** Lists pieces that have, one behind the other, the commits behind `after`; the first may have earlier ones too. */
  pieces(versionId: string, after: number): Promise<StoredPiece[]>;
  /** Tells whether the version has come as far as that. */
  reached(versionId: string, seq: number): Promise<boolean>;
}
