import { MAX_FIELD_NAME_LENGTH } from '@sluice/contracts/fields';

/** Letters that Unicode does not take apart into a Latin letter and a mark. */
const TRANSLITERATED: Record<string, string> = {
  ß: 'ss',
  æ: 'ae',
  Æ: 'AE',
  œ: 'oe',
  Œ: 'OE',
  ø: 'o',
  Ø: 'O',
  đ: 'd',
  Đ: 'D',
  ð: 'd',
  Ð: 'D',
  þ: 'th',
  Þ: 'Th',
  ł: 'l',
  Ł: 'L',
  ı: 'i',
};

/** DuckDB gives this name to the positions of rows, by which every version is read, and takes no column beside it. */
const RESERVED = 'file_row_number';

/**
 * Turns the labels of a source into names that are safe in a query string: ASCII letters, digits and single inner
 * underscores, at most 63, unique without regard to case (SQL knows none). The order of labels decides who keeps a name.
 */
export function nameFields(labels: readonly string[]): string[] {
  const wished = labels.map((label, index) => safeName(label) || `column_${index + 1}`);
  // A label that needs no change keeps its name even when an earlier label was changed into it.
  const kept = new Set<string>();
  const owner = labels.map((label, index) => {
    const name = wished[index] ?? '';
    const key = name.toLowerCase();
    if (label !== name || kept.has(key) || key === RESERVED) return false;
    kept.add(key);
    return true;
  });
  const taken = new Set(kept).add(RESERVED);
  return wished.map((name, index) => (owner[index] ? name : unique(name, taken)));
}

function safeName(label: string): string {
  const latin = label.replace(/[^\p{ASCII}]/gu, (letter) => TRANSLITERATED[letter] ?? letter).normalize('NFKD');
  const safe = latin.replace(/\p{M}/gu, '').replace(/[^A-Za-z0-9]+/g, '_');
  return clipped(safe.replace(/^_/, ''), MAX_FIELD_NAME_LENGTH);
}

function unique(name: string, taken: Set<string>): string {
  for (let number = 1; ; number++) {
    const suffix = number === 1 ? '' : `_${number}`;
    const candidate = clipped(name, MAX_FIELD_NAME_LENGTH - suffix.length) + suffix;
    if (taken.has(candidate.toLowerCase())) continue;
    taken.add(candidate.toLowerCase());
    return candidate;
  }
}

function clipped(name: string, length: number): string {
  return name.slice(0, length).replace(/_+$/, '');
}
