/** What a number format makes of a serial number. */
export type DateKind = 'date' | 'time' | 'datetime';

/** Formats that have no text in a file (ECMA-376 part 1, 18.8.30); those of East Asia are dates in every language there. */
const BUILT_IN: readonly [first: number, last: number, kind: DateKind][] = [
  [14, 17, 'date'],
  [18, 21, 'time'],
  [22, 22, 'datetime'],
  [27, 31, 'date'],
  [32, 35, 'time'],
  [36, 36, 'date'],
  [45, 45, 'time'],
  [47, 47, 'time'],
  [50, 54, 'date'],
  [57, 58, 'date'],
];

/** Quoted and escaped characters, fillers, colours, currencies and conditions: none of it is part of a date. */
const NOT_MEANT = /"[^"]*"?|[\\_*].|\[(?!(?:h+|m+|s+)\])[^\]]*\]/gi;
const ELAPSED = /\[(?:h+|m+|s+)\]/i;
const HALF_DAY = /am\/pm|a\/p|上午\/下午/gi;

/** What the numbers of a format are; null where they are numbers, or hours that passed. */
export function dateKindOf(id: number, format: string | undefined): DateKind | null {
  if (format === undefined) return BUILT_IN.find(([first, last]) => id >= first && id <= last)?.[2] ?? null;
  const [section = ''] = format.replace(NOT_MEANT, '').split(';');
  if (ELAPSED.test(section) || /general/i.test(section)) return null;
  const plain = section.replace(HALF_DAY, 'h').replace(/e[+-]/gi, '').toLowerCase();
  const hasClock = /[hs]/.test(plain);
  // Minutes stand beside hours or seconds; other m are months.
  const months = plain.replace(/h+[^a-z]*m+/g, 'h').replace(/m+[^a-z]*s/g, 's');
  const hasDay = /[dy]/.test(plain) || months.includes('m') || (/[eg]/.test(plain) && !/[0#?]/.test(plain));
  if (hasDay) return hasClock ? 'datetime' : 'date';
  return hasClock ? 'time' : null;
}
