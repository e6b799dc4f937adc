/** An answer has fewer than 8,000 tokens. Four bytes are one at least, and all that it has as text and as structure counts. */
export const MAX_ANSWER_BYTES = 8_000 * 4;

/** Measures values as the JSON of an answer has them. */
export function bytesOf(...values: readonly unknown[]): number {
  return values.reduce((sum: number, value) => sum + Buffer.byteLength(JSON.stringify(value) ?? ''), 0);
}

/** Measures what a value takes that an answer tells twice: as structure, and as a text of JSON. */
export function bytesOfBoth(value: unknown): number {
  return bytesOf(value, JSON.stringify(value));
}

/** Counts how many of the first items fit. */
export function countFitting<Item>(items: readonly Item[], maxBytes: number, measure: (item: Item) => number): number {
  let left = maxBytes;
  const end = items.findIndex((item) => {
    left -= measure(item) + 2;
    return left < 0;
  });
  return end < 0 ? items.length : end;
}
