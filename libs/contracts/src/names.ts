import { z } from 'zod';

/** A name that people give: 1 to 100 characters, no control characters, no white space at its ends. */
export const DisplayName = z
  .string()
  .trim()
  .min(1, 'a name is required')
  .max(100)
  .regex(/^[^\p{Cc}\p{Cf}]+$/u, 'control characters are not allowed')
  .meta({ description: 'Without control characters' });

/** A text that people write about a thing, for others to read. */
export const Description = z.string().max(2_000);
