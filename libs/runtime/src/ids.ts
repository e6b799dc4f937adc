import { randomBytes } from 'node:crypto';

const CROCKFORD = '0123456789abcdefghjkmnpqrstvwxyz';
const TIME_CHARS = 10;
const RANDOM_CHARS = 16;
const POOL_BYTES = 4_096;

let pool = Buffer.alloc(0);
let used = 0;

/** Random bytes for one id. They are drawn in batches: asking the system for a few costs as much as for many. */
function randomChars(): Buffer {
  if (used + RANDOM_CHARS > pool.length) {
    pool = randomBytes(POOL_BYTES);
    used = 0;
  }
  used += RANDOM_CHARS;
  return pool.subarray(used - RANDOM_CHARS, used);
}

/** A new wire id: `prefix_`, 48 bits of time, 80 random bits in Crockford base 32, so that ids sort by their age. */
export function newId<Prefix extends string>(prefix: Prefix, wallMs: number = Date.now()): `${Prefix}_${string}` {
  let tail = '';
  for (const byte of randomChars()) tail += CROCKFORD[byte & 31];
  return `${prefix}_${timeChars(wallMs)}${tail}`;
}

/** Sorts before every id that was made at `wallMs` or later, and after every earlier one. */
export function firstIdAt(prefix: string, wallMs: number): string {
  return `${prefix}_${timeChars(wallMs)}`;
}

function timeChars(wallMs: number): string {
  let time = '';
  for (let rest = wallMs, i = 0; i < TIME_CHARS; i++, rest = Math.floor(rest / 32)) time = CROCKFORD[rest % 32] + time;
  return time;
}
