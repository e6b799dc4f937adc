import { distance } from 'fastest-levenshtein';

/** Suggestions that one answer makes at most: a look through a thousand names costs as much as reading ten kilobytes. */
const MAX_SUGGESTIONS = 10;
/** Longest name of a field: a longer word is none with typing errors. */
const MAX_WORD_LENGTH = 63;

/** Suggests words that were probably meant, to the first few faults of one answer. */
export class Suggestions {
  private left = MAX_SUGGESTIONS;

  /** Tells whether another word would still be looked at. */
  hasRoom(): boolean {
    return this.left > 0;
  }

  /** Finds the word that was probably meant; undefined where there is none, or enough were suggested. */
  suggest(given: string, words: readonly string[]): string | undefined {
    if (this.left === 0) return undefined;
    this.left--;
    return given.length > MAX_WORD_LENGTH ? undefined : closest(given, words);
  }
}

/** Finds the word from which at most two letters in five differ, or whose letters stand in another order. */
function closest(given: string, words: readonly string[]): string | undefined {
  const text = given.toLowerCase();
  const sorted = letters(text);
  let best: string | undefined;
  let bestEdits = Number.POSITIVE_INFINITY;
  for (const word of words) {
    const most = Math.min(bestEdits - 1, Math.max(1, Math.floor(word.length * 0.4)));
    // Each letter that one has more than the other is an edit.
    if (Math.abs(word.length - text.length) > most) continue;
    const lower = word.toLowerCase();
    const isReordered = lower.length === text.length && letters(lower) === sorted;
    const edits = isReordered ? 1 : distance(text, lower);
    if (edits > most) continue;
    best = word;
    bestEdits = edits;
  }
  return best;
}

function letters(word: string): string {
  return [...word].sort().join('');
}
