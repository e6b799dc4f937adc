import type { z } from 'zod';

/**
 * Reads what another service said: members that are not known come from a later release, and are left out, also where a
 * publisher may write no others. Gives undefined for anything else that does not fit. `value` is changed.
 */
export function readTold<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> | undefined {
  const strict = schema.safeParse(value);
  if (strict.success) return strict.data;
  for (const issue of strict.error.issues) {
    if (issue.code !== 'unrecognized_keys') return undefined;
    const holder = issue.path.reduce<unknown>((inner, key) => (inner as Record<PropertyKey, unknown>)[key], value);
    for (const key of issue.keys) delete (holder as Record<string, unknown>)[key];
  }
  return schema.safeParse(value).data;
}
