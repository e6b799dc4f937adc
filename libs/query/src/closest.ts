import { distance } from 'fastest-levenshtein';

/** The word that was probably meant: at most two letters in five differ. */
export function closest(given: string, words: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const word of words) {
    const edits = distance(given.toLowerCase(), word.toLowerCase());
    if (edits < bestDistance && edits <= Math.max(1, Math.floor(word.length * 0.4))) {
      best = word;
      bestDistance = edits;
    }
  }
  return best;
}
