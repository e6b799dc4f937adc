import { z } from 'zod';

/** The longest life of a link to rows as they are at one moment: a day. */
const MAX_LINK_SECONDS = 86_400;
/** The longest life of a link to the latest rows: 90 days. */
export const MAX_LATEST_DAYS = 90;
const DAY_SECONDS = 86_400;
const DEFAULT_SECONDS = 15 * 60;

/** How long links to an API's rows may live, and whether any reads the latest rows. */
export const LinkRules = z.strictObject({
  maxSeconds: z
    .int()
    .min(60)
    .max(MAX_LINK_SECONDS)
    .meta({ description: 'The longest life of a link, in seconds; at most a day' }),
  latestDays: z.int().min(1).max(MAX_LATEST_DAYS).nullable().meta({
    description:
      'The longest life of a link to the latest rows, in days; null: there are none, and those that were made end',
  }),
});
export type LinkRules = z.infer<typeof LinkRules>;

/** A day, and no link to the latest rows: a publisher has to want those. */
export const openLinkRules: LinkRules = { maxSeconds: MAX_LINK_SECONDS, latestDays: null };

/** Tells the longest life of such a link, in seconds; null where there are none. */
export function maxLinkSeconds({ maxSeconds, latestDays }: LinkRules, latest: boolean): number | null {
  if (!latest) return maxSeconds;
  return latestDays === null ? null : latestDays * DAY_SECONDS;
}

/** Tells the life of a link for which none was asked, in seconds: as long as a sheet may want it, or 15 minutes. */
export function usualLinkSeconds(maxSeconds: number, latest: boolean): number {
  return latest ? maxSeconds : Math.min(DEFAULT_SECONDS, maxSeconds);
}
