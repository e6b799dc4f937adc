import { z } from 'zod';

/** Fields of Unicode's LDML (UTS 35, part 4), and text: letters in quotes, other signs as they are. */
const PATTERN = /^(?:yyyy|yy|MMMM|MMM|MM|M|dd|d|HH|H|hh|h|mm|ss|SSSSSS|SSS|a|'[^']*'|[^A-Za-z'])+$/;

/** A pattern of dates and times, as Java, .NET and date-fns have them: `dd/MM/yyyy`, `M/d/yy h:mm a`. */
export const DatePattern = z.string().max(50).regex(PATTERN, 'write a pattern such as dd/MM/yyyy or d.M.yy HH:mm');

/** A time zone by its name in the IANA's database, such as Europe/Berlin. */
export const TimeZoneName = z.string().max(50).refine(isTimeZone, 'write a time zone such as Europe/Berlin');

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
