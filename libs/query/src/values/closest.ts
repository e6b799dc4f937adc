import { distance } from 'fastest-levenshtein';

/** The word that was probably meant: at most two letters in five differ, or the same letters stand in another order. */
export function closest(given: string, words: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const word of words) {
    const [a, b] = [given.toLowerCase(), word.toLowerCase()];
    const edits = Math.min(distance(a, b), letters(a) === letters(b) ? 1 : Number.POSITIVE_INFINITY);
    if (edits < bestDistance && edits <= Math.max(1, Math.floor(word.length * 0.4))) {
      best = word;
      bestDistance = edits;
    }
  }
  return best;
}

function letters(word: string): string {
  return [...word].sort().join('');
}
