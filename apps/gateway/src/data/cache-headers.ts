/** May be kept by the caller alone, and is asked for again each time, which costs a 304 (RFC 9111 section 5.2.2). */
export const CACHE_HEADERS = {
  'cache-control': 'private, no-cache',
  vary: 'Authorization, Accept, Accept-Encoding, Origin',
};

/** The entity tag of ours among those that the caller holds, in whatever coding it got it (RFC 9110 section 13.1.2). */
export function heldByCaller(ifNoneMatch: string | undefined, tag: string): string | undefined {
  return ifNoneMatch?.match(/"[^"]*"/g)?.find((held) => held.startsWith(`"${tag}.`));
}
