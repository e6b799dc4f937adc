import { createHash } from 'node:crypto';
import { emailKeyOf } from '../stores/admin-doc';

/**
 * Something that failures are counted by. After `free` of them each further one is followed by a wait that doubles; where
 * `everyMs` is set, one is forgotten every so often instead, and until then none is free.
 */
export interface Subject {
  id: string;
  free: number;
  /** Belongs to one person alone, so that a success forgets every failure and not only its own. */
  isOwn: boolean;
  everyMs?: number;
  /** Names what can be done instead of waiting. */
  advice?: string;
}

/** An address may be shared by many who mistype now and then. */
const FREE_OF_ADDRESS = 20;
const FREE_OF_PERSON = 5;
/** Of an account, from all addresses that nobody has signed in from in this browser: so many in an hour. */
const FREE_OF_ACCOUNT = 50;
const HOUR_MS = 3_600_000;
const ADVICE =
  'sign in in a browser in which you did before, with an admin key, or by a link for a new password from an owner';

export function addressSubject(address: string): Subject {
  return { id: `address:${address}`, free: FREE_OF_ADDRESS, isOwn: false };
}

/** An account as one address tries it: what others try elsewhere is of no matter. */
export function accountAtSubject(email: string, address: string): Subject {
  return { id: `email:${hashOf(email)}:${address}`, free: FREE_OF_PERSON, isOwn: true };
}

/** An account as all unknown browsers together try it: one address alone never uses it up. */
export function accountSubject(email: string): Subject {
  const everyMs = HOUR_MS / FREE_OF_ACCOUNT;
  return { id: `account:${hashOf(email)}`, free: FREE_OF_ACCOUNT, isOwn: false, everyMs, advice: ADVICE };
}

/** A browser in which the account was signed in to before. */
export function browserSubject(browserId: string): Subject {
  return { id: `browser:${browserId}`, free: FREE_OF_PERSON, isOwn: true };
}

/** The current password, as somebody who is signed in tries it. */
export function passwordSubject(adminId: string): Subject {
  return { id: `password:${adminId}`, free: FREE_OF_PERSON, isOwn: true };
}

/** People type passwords into the field for the email. */
function hashOf(email: string): string {
  return createHash('sha256').update(emailKeyOf(email)).digest('hex');
}
