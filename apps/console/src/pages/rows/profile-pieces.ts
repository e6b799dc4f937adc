import type { FieldProfile } from '@sluice/contracts/catalogue/profiles';
import { plural } from '../../ui/units';

/** What a part of a profile stands for. */
export type ProfilePart =
  | { kind: 'range'; from: string; to: string }
  | { kind: 'value'; value: string; isCut: boolean }
  | { kind: 'empty' };

/** A part of a profile that can be pressed. */
export interface Piece {
  part: ProfilePart;
  /** All that it tells, for those who do not see it. */
  name: string;
  /** How long it is drawn, from 0 to 1. */
  share: number;
}

/** Values that are told by their words; the profile has more. */
const SHOWN_VALUES = 3;

/** Makes the bars of a histogram, as long as they are to the longest; without a piece where no row is. */
export function barsOf({ name, buckets }: FieldProfile): { place: number; piece: Piece | null }[] {
  const longest = Math.max(...(buckets ?? []).map(({ count }) => count), 1);
  return (buckets ?? []).map(({ from, to, count }, place) => {
    if (from === null || to === null) return { place, piece: null };
    const where = from === to ? `is ${from}` : `from ${from} to ${to}`;
    const told = `${name} ${where}: ${plural(count, 'row')}`;
    return { place, piece: { part: { kind: 'range', from, to }, name: told, share: count / longest } };
  });
}

/** Makes the most frequent values, as long as their share of all rows. */
export function valuesOf({ name, top }: FieldProfile, rows: number): (Piece & { text: string })[] {
  return (top ?? []).slice(0, SHOWN_VALUES).map(({ value, isCut, count }) => ({
    part: { kind: 'value', value, isCut },
    text: value === '' ? '(empty text)' : value,
    name: `${name} ${isCut ? 'starts with' : 'is'} ${value === '' ? '(empty text)' : value}: ${plural(count, 'row')}`,
    share: count / Math.max(rows, 1),
  }));
}

/** Makes the part of rows without a value, if there are any; its name begins with what is seen of it. */
export function emptiesOf({ name, nulls }: FieldProfile, rows: number): (Piece & { text: string }) | null {
  if (nulls === 0) return null;
  const share = nulls / Math.max(rows, 1);
  const text = `${percentOf(share)} empty`;
  return { part: { kind: 'empty' }, text, name: `${text}: ${name} has no value in ${plural(nulls, 'row')}`, share };
}

const percents = new Intl.NumberFormat('en', { style: 'percent', maximumFractionDigits: 1 });

/** What is there is never told as 0 %, and what is not all never as 100 %. */
export function percentOf(share: number): string {
  if (share > 0 && share < 0.001) return '<0.1%';
  return share < 1 && share > 0.999 ? '>99.9%' : percents.format(share);
}
