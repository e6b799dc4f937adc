/**
 * Counts the items at the beginning of a list for which `holds`, by a binary search: where it holds for an item, it must
 * hold for all before it.
 */
export function countWhile(length: number, holds: (index: number) => boolean, from = 0): number {
  let low = from;
  for (let high = length; low < high; ) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}
