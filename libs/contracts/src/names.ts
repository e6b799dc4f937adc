import { z } from 'zod';

/**
 * Takes letters, signs and the two joiners ZWNJ and ZWJ, which Persian, Indic scripts and emoji are written with, beside at
 * least one character that is seen. Every other control or format character is refused, such as those that turn the direction of what follows.
 */
const SEEN_TEXT = /^[\u200C\u200D]*[^\p{Cc}\p{Cf}](?:[^\p{Cc}\p{Cf}]|[\u200C\u200D])*$/u;

/** A name that people give: 1 to 100 characters, no control characters, no white space at its ends. */
export const DisplayName = z
  .string()
  .trim()
  .min(1, 'a name is required')
  .max(100)
  .regex(SEEN_TEXT, 'control characters are not allowed')
  .meta({ description: 'Without control characters' });

/** A text that people write about a thing, for others to read. */
export const Description = z.string().max(2_000);
