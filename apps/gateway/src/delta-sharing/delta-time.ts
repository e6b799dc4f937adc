import { GivenTime } from '@sluice/contracts/page';

/**
 * Reads a time as the protocol has it, `yyyy-[m]m-[d]d hh:mm:ss[.f…]`, in UTC, or as RFC 3339 has it, which newer clients
 * send; null for anything else.
 */
export function readDeltaTime(text: string): string | null {
  const [, year, month = '', day = '', time] = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T](.+))?$/.exec(text.trim()) ?? [];
  if (year === undefined) return null;
  const date = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  const given = GivenTime.safeParse(time === undefined ? date : `${date}T${time.replace(' ', '')}`);
  return given.success ? given.data : null;
}
