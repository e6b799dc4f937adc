import { randomBytes } from 'node:crypto';

const CROCKFORD = '0123456789abcdefghjkmnpqrstvwxyz';
const TIME_CHARS = 10;
const RANDOM_BYTES = 16;
const POOL_BYTES = 4_096;

const CODES = Buffer.from(CROCKFORD);

let pool = Buffer.alloc(0);
let used = 0;
let lastTime = { wallMs: Number.NaN, chars: '' };
const tail = Buffer.alloc(RANDOM_BYTES);

/** Random characters for one id: five bits of each byte count. Bytes are drawn in batches, as few cost as much as many. */
function randomChars(): string {
  if (used + RANDOM_BYTES > pool.length) {
    pool = randomBytes(POOL_BYTES);
    used = 0;
  }
  for (let at = 0; at < RANDOM_BYTES; at++) tail[at] = CODES[(pool[used++] ?? 0) & 31] ?? 0;
  return tail.toString('latin1');
}

/** A new wire id: `prefix_`, 48 bits of time, 80 random bits in Crockford base 32, so that ids sort by their age. */
export function newId<Prefix extends string>(prefix: Prefix, wallMs: number = Date.now()): `${Prefix}_${string}` {
  if (wallMs !== lastTime.wallMs) lastTime = { wallMs, chars: timeChars(wallMs) };
  return `${prefix}_${lastTime.chars}${randomChars()}`;
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
