import type { LinkRules } from '@sluice/contracts/link-rules';
import type { Choice } from '../../ui/select';
import { plural } from '../../ui/units';

export const DAY_SECONDS = 86_400;
const USUAL_SECONDS = 15 * 60;

/** What holds where a publisher says nothing: a day, and no link to the latest rows. */
export const openLinkRules: LinkRules = { maxSeconds: DAY_SECONDS, latestDays: null };

const units = [
  ['day', DAY_SECONDS],
  ['hour', 3_600],
  ['minute', 60],
] as const;

const usual = [USUAL_SECONDS, 3_600, ...[1, 7, 30, 90].map((days) => days * DAY_SECONDS)];

/** The longest life of such a link, in seconds; none is 0. */
export function longestLife({ maxSeconds, latestDays }: LinkRules, latest: boolean): number {
  return latest ? (latestDays ?? 0) * DAY_SECONDS : maxSeconds;
}

/** The life to begin with: as long as a sheet may want it, or 15 minutes. */
export function usualLife(maxSeconds: number, latest: boolean): number {
  return latest ? maxSeconds : Math.min(USUAL_SECONDS, maxSeconds);
}

/** The lives that a link may be given, in seconds: the usual ones up to the longest, and that one. */
export function livesUpTo(maxSeconds: number): Choice[] {
  return [...usual.filter((seconds) => seconds < maxSeconds), maxSeconds].map(lifeChoice);
}

/** A life in the largest unit of which it has a whole number. */
export function lifeChoice(seconds: number): Choice {
  const [unit, length] = units.find(([, length]) => seconds % length === 0) ?? ['second', 1];
  return { id: String(seconds), label: plural(seconds / length, unit) };
}
