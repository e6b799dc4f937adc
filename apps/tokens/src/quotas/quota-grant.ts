/** A single grant is at most this part of what is left, so that the last of a quota is not stranded with one gateway. */
const LARGEST_PART = 10;

/** How much of what is left is granted to one who asks for `amount` and can do with `atLeast`; 0 where that is not there. */
export function grantOf(left: number, amount: number, atLeast: number): number {
  if (left < atLeast) return 0;
  return Math.min(left, Math.max(atLeast, Math.min(amount, Math.ceil(left / LARGEST_PART))));
}
