import { randomBytes } from 'node:crypto';

const CROCKFORD = '0123456789abcdefghjkmnpqrstvwxyz';
const TIME_CHARS = 10;
/** Two for two characters, of which ten bits count. */
const RANDOM_BYTES = 16;
const POOL_BYTES = 4_096;

/** Any two characters, by ten random bits. */
const PAIRS = Array.from(CROCKFORD, (first) => Array.from(CROCKFORD, (second) => first + second)).flat();

let pool = Buffer.alloc(0);
let used = 0;
let lastTime = { wallMs: Number.NaN, chars: '' };

/** Random bytes for one id. They are drawn in batches: asking the system for a few costs as much as for many. */
function randomBits(): Buffer {
  if (used + RANDOM_BYTES > pool.length) {
    pool = randomBytes(POOL_BYTES);
    used = 0;
  }
  used += RANDOM_BYTES;
  return pool.subarray(used - RANDOM_BYTES, used);
}

/** A new wire id: `prefix_`, 48 bits of time, 80 random bits in Crockford base 32, so that ids sort by their age. */
export function newId<Prefix extends string>(prefix: Prefix, wallMs: number = Date.now()): `${Prefix}_${string}` {
  if (wallMs !== lastTime.wallMs) lastTime = { wallMs, chars: timeChars(wallMs) };
  const random = randomBits();
  let tail = '';
  for (let at = 0; at < RANDOM_BYTES; at += 2) tail += PAIRS[random.readUInt16LE(at) & 1_023];
  return `${prefix}_${lastTime.chars}${tail}`;
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
