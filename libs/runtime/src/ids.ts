import { randomBytes } from 'node:crypto';

const CROCKFORD = '0123456789abcdefghjkmnpqrstvwxyz';
const TIME_CHARS = 10;
const RANDOM_BYTES = 10;

/** A new wire id: `prefix_`, 48 bits of time, 80 random bits in Crockford base 32, so that ids sort by their age. */
export function newId<Prefix extends string>(prefix: Prefix, wallMs: number = Date.now()): `${Prefix}_${string}` {
  let time = '';
  for (let rest = wallMs, i = 0; i < TIME_CHARS; i++, rest = Math.floor(rest / 32)) time = CROCKFORD[rest % 32] + time;
  const random = BigInt(`0x${randomBytes(RANDOM_BYTES).toString('hex')}`);
  let tail = '';
  for (let i = 0n; i < 16n; i++) tail = CROCKFORD[Number((random >> (5n * i)) & 31n)] + tail;
  return `${prefix}_${time}${tail}`;
}
