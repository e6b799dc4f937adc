const number = new Intl.NumberFormat('en');
const oneDigit = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
const day = new Intl.DateTimeFormat('en', { dateStyle: 'medium' });
const moment = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' });
const ago = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });

export const count = (value: number) => number.format(value);

const list = new Intl.ListFormat('en');
/** `a, b, and c`. */
export const listed = (items: readonly string[]) => list.format(items);

export const plural = (value: number, one: string, many = `${one}s`) => `${count(value)} ${value === 1 ? one : many}`;

const sizes = ['B', 'kB', 'MB', 'GB', 'TB'];

export function bytes(value: number): string {
  const step = value === 0 ? 0 : Math.min(Math.floor(Math.log(value) / Math.log(1000)), sizes.length - 1);
  return `${oneDigit.format(value / 1000 ** step)} ${sizes[step]}`;
}

export const milliseconds = (value: number) =>
  value < 1_000 ? `${oneDigit.format(value)} ms` : `${oneDigit.format(value / 1_000)} s`;

const hour = new Intl.DateTimeFormat('en', { timeStyle: 'short' });
export const time = (timestamp: string) => hour.format(new Date(timestamp));

export const date = (timestamp: string) => day.format(new Date(timestamp));
export const dateTime = (timestamp: string) => moment.format(new Date(timestamp));

const steps = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const;

/** `2 hours ago`; older than a month as a date. */
export function since(timestamp: string): string {
  const elapsed = Date.now() - Date.parse(timestamp);
  if (elapsed > 30 * 86_400_000) return date(timestamp);
  const [unit, length] = steps.find(([, length]) => Math.abs(elapsed) >= length) ?? ['minute', 60_000];
  if (Math.abs(elapsed) < 60_000) return 'just now';
  return ago.format(-Math.round(elapsed / length), unit);
}

const second = new Intl.DateTimeFormat('en', { timeStyle: 'medium', hour12: false });
export const clock = (timestamp: string) => second.format(new Date(timestamp));
