/** A commit as lists of them tell it. */
export interface CommitTime {
  seq: number;
  atMs: number;
  rows: number;
}

const MORE = 0x80;

/**
 * Packs commits in order of their seqs into some five bytes each: seq and time as steps from the one before, and the rows,
 * as whole numbers of seven bits a byte (LEB128). The first steps from zero.
 */
export function packCommits(commits: readonly CommitTime[]): Buffer {
  const bytes: number[] = [];
  let before: CommitTime = { seq: 0, atMs: 0, rows: 0 };
  for (const commit of commits) {
    pushNumber(bytes, commit.seq - before.seq);
    pushNumber(bytes, commit.atMs - before.atMs);
    pushNumber(bytes, commit.rows);
    before = commit;
  }
  return Buffer.from(bytes);
}

export function unpackCommits(bytes: Uint8Array): CommitTime[] {
  const commits: CommitTime[] = [];
  let [at, seq, atMs] = [0, 0, 0];
  const next = () => {
    let number = 0;
    for (let unit = 1; ; unit *= MORE) {
      const byte = bytes[at++] ?? 0;
      number += (byte % MORE) * unit;
      if (byte < MORE) return number;
    }
  };
  while (at < bytes.length) {
    seq += next();
    atMs += next();
    commits.push({ seq, atMs, rows: next() });
  }
  return commits;
}

/** Numbers may be larger than those that bit operations take. */
function pushNumber(bytes: number[], number: number): void {
  let rest = number;
  for (; rest >= MORE; rest = Math.floor(rest / MORE)) bytes.push((rest % MORE) + MORE);
  bytes.push(rest);
}
