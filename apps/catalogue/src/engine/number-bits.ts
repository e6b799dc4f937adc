/** Bits behind those of a number's unit in which sums of doubles are exact. */
export const RIGHT_BITS = 62;
