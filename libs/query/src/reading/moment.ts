import { CommitNumber } from '@sluice/contracts/catalogue/commits';
import { GivenTime } from '@sluice/contracts/page';

/** A state of a dataset: as of a commit, or as of a time in UTC. */
export type Moment = { commit: number } | { time: string };

/** Reads the number of a commit, or a time; null for anything else. */
export function readMoment(text: string): Moment | null {
  if (/^\d+$/.test(text)) {
    const commit = CommitNumber.safeParse(Number(text));
    return commit.success ? { commit: commit.data } : null;
  }
  // A plus in a query string stands for a space (URL standard, section 5.1): the offset of a time is meant.
  const time = GivenTime.safeParse(text.replace(' ', '+'));
  return time.success ? { time: time.data } : null;
}
