import type { DateKind } from './date-format';

const DAY_MS = 86_400_000;
/** Days of 1899-12-31 and of 1904-01-01 from 1970-01-01: day 0 of each system. */
const EPOCH_1900 = -25_568;
const EPOCH_1904 = -24_107;
/** 1900-02-29, which Lotus 1-2-3 took for a day, and Excel after it. */
const NO_DAY = 60;
const MIN_DAYS = -719_162;
const MAX_DAYS = 2_932_896;

/**
 * Writes a serial number of a spreadsheet as ISO 8601, to the millisecond; null where it is no day of the years 1 to
 * 9999. Numbers know no zone, so none is used.
 */
export function serialText(serial: number, kind: DateKind, is1904: boolean): string | null {
  const total = Math.round(serial * DAY_MS);
  const day = Math.floor(total / DAY_MS);
  const clock = total - day * DAY_MS;
  if (kind === 'time' && day === 0) return clockText(clock);
  const days = daysOf(day, is1904);
  if (days === null) return null;
  return kind === 'date' && clock === 0 ? dayText(days) : `${dayText(days)}T${clockText(clock)}`;
}

function daysOf(day: number, is1904: boolean): number | null {
  if (!is1904 && (day < 0 || day === NO_DAY)) return null;
  const days = is1904 ? day + EPOCH_1904 : day + EPOCH_1900 - (day > NO_DAY ? 1 : 0);
  return days >= MIN_DAYS && days <= MAX_DAYS ? days : null;
}

const dayTexts = new Map<number, string>();
/** A hundred years. */
const MAX_DAY_TEXTS = 36_525;

/** Sheets have the same days again and again. */
function dayText(days: number): string {
  const known = dayTexts.get(days);
  if (known !== undefined) return known;
  const text = new Date(days * DAY_MS).toISOString().slice(0, 10);
  if (dayTexts.size >= MAX_DAY_TEXTS) dayTexts.clear();
  dayTexts.set(days, text);
  return text;
}

function clockText(ms: number): string {
  const seconds = Math.floor(ms / 1_000);
  const fraction = ms % 1_000;
  const clock = `${two(Math.floor(seconds / 3_600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return fraction === 0 ? clock : `${clock}.${String(fraction).padStart(3, '0')}`;
}

function two(value: number): string {
  return value < 10 ? `0${value}` : `${value}`;
}
