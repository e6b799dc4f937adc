import { CONTRACT_VERSION } from '@sluice/contracts/contract-version';
import { RELEASE } from '@sluice/runtime/release';

/** What every message of this process says of its release: the number of its contracts, and its name. */
export const RELEASE_STAMP = `${CONTRACT_VERSION} ${RELEASE}`;

/** Tells whether a message is of another release, whose messages may have members that this one does not know. */
export function isOfAnotherRelease(stamp: string): boolean {
  return stamp !== RELEASE_STAMP && stamp !== '';
}

/** Gives the name of the release that a message is of. */
export function releaseOf(stamp: string): string {
  return stamp.slice(stamp.indexOf(' ') + 1);
}

/**
 * Says why messages of a release are not understood here, or null where they are: its contracts are one number apart at most.
 * Without a stamp a message is of a release before there were numbers.
 */
export function describeMisfit(stamp: string): string | null {
  if (stamp === RELEASE_STAMP) return null;
  const [version = '', release = ''] = stamp.split(' ', 2);
  if (/^\d{0,9}$/.test(version) && Math.abs(Number(version) - CONTRACT_VERSION) <= 1) return null;
  return `release ${release} (contracts ${version}) and release ${RELEASE} (contracts ${CONTRACT_VERSION}) do not understand each other`;
}
